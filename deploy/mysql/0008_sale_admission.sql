-- How a sale lets users in: its rate, its grab tokens. JSON, because every gate adds its own settings and no query asks for one of them; NULL: as open as can be.
ALTER TABLE sales ADD COLUMN admission JSON NULL;
