DROP TABLE favorite_items;
