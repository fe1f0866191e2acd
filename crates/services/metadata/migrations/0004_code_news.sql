-- What a new edition of a code system means for people's lists: the owner of a list is told of it on
-- the list's page. Varde's own parts count lists and tell their owners; nobody else sees another's.

DROP POLICY list_item_of_owner ON list_item;
CREATE POLICY list_item_of_owner ON list_item
    USING (EXISTS (
        SELECT FROM list WHERE list.id = list_item.list AND list.owner::text = current_setting('varde.person', true)))
    WITH CHECK (EXISTS (
        SELECT FROM list WHERE list.id = list_item.list AND list.owner::text = current_setting('varde.person', true)));

CREATE POLICY list_for_system ON list FOR SELECT USING (current_setting('varde.subject', true) = 'system');
CREATE POLICY list_item_for_system ON list_item FOR SELECT USING (current_setting('varde.subject', true) = 'system');

CREATE INDEX list_item_by_path ON list_item (path);

CREATE TABLE list_code_news (
    list uuid NOT NULL REFERENCES list ON DELETE CASCADE,
    -- The code systems' edition.
    edition uuid NOT NULL,
    -- The code system's key, and its name in three languages.
    key text NOT NULL,
    title jsonb NOT NULL,
    version text NOT NULL,
    -- How many of the list's variables have codes of it.
    variables bigint NOT NULL,
    told_at timestamptz NOT NULL,
    -- When the owner took it away.
    seen_at timestamptz,
    PRIMARY KEY (list, edition)
);

ALTER TABLE list_code_news ENABLE ROW LEVEL SECURITY;
CREATE POLICY list_code_news_of_owner ON list_code_news
    USING (EXISTS (
        SELECT FROM list WHERE list.id = list_code_news.list AND list.owner::text = current_setting('varde.person', true)));
CREATE POLICY list_code_news_by_system ON list_code_news
    USING (current_setting('varde.subject', true) = 'system');
