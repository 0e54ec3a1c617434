DROP TABLE import_pages;
