"""Pages that people read: files made from a publication and the words, without clock and without network."""
