DROP TABLE muted_parties;
