CREATE TRIGGER admin_log_is_never_updated BEFORE UPDATE ON admin_log FOR EACH ROW
    SIGNAL SQLSTATE '45000' SET MESSAGE_TEXT = 'the log of administrators is only ever added to';
