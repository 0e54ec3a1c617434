DROP TABLE former_members;
