DROP TABLE favorite_markets;
