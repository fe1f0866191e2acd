-- Search has an index in memory, made from the current editions.
DROP TABLE search_entry;
