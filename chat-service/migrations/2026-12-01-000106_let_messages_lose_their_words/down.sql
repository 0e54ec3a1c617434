ALTER TABLE messages DROP COLUMN removed;
