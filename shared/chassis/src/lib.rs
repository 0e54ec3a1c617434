//! How every service starts, logs, fails and stops.
