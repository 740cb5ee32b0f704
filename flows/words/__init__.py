"""All words for people, in English and Spanish: the only printer of numbers, periods, quantities and findings."""
