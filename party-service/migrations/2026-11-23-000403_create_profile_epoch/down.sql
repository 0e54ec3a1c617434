DROP TABLE profile_epoch;
