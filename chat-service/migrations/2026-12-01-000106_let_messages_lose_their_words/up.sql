-- A message whose words are gone keeps its place: seq has no gaps, and nobody wonders what they missed.
ALTER TABLE messages ADD COLUMN removed TINYINT(1) NOT NULL DEFAULT 0;
