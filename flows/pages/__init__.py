"""Pages that people read: a folder of files made from a publication and the words, without clock and without network."""
