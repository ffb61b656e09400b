-- Customers are listed by sort_name, which is their name folded, and then by id. NULL: their words are yet to be
-- written, which is done when the database is opened, for no SQL folds every script.
ALTER TABLE customer ADD COLUMN sort_name TEXT COLLATE "C";

CREATE INDEX customer_by_sort_name ON customer (sort_name, id);
CREATE INDEX customer_without_words ON customer (id) WHERE sort_name IS NULL;

-- The words by which a customer is found, each with a letter before it that says what it is. sort_name is the
-- customer's, so that a page of those who are found is sorted without a look at each of them.
CREATE TABLE customer_word (
    word        TEXT COLLATE "C" NOT NULL,
    customer_id TEXT COLLATE "C" NOT NULL,
    sort_name   TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (word, customer_id) INCLUDE (sort_name)
);

CREATE INDEX customer_word_by_customer ON customer_word (customer_id, word);
