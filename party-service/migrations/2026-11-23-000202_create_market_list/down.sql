DROP TABLE market_list;
