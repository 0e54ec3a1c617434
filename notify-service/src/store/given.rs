//! A piece of SQL that the query builder lacks.

use diesel::sql_types::SingleValue;

diesel::define_sql_function! {
    /// The value that the row at fault in an `ON DUPLICATE KEY UPDATE` was to have.
    #[sql_name = "VALUES"]
    fn given<T: SingleValue>(column: T) -> T;
}
