//! Writes the `schema.rs` of a service from its migrated database, as `diesel print-schema` does,
//! which needs a C library that we do not.

use diesel::sql_types::Text;
use diesel_async::RunQueryDsl;
use std::collections::BTreeMap;
use std::fmt::Write as _;

use crate::TestDatabase;

#[derive(diesel::QueryableByName)]
struct Column {
    #[diesel(sql_type = Text, column_name = "table_name")]
    table: String,
    #[diesel(sql_type = Text, column_name = "column_name")]
    name: String,
    #[diesel(sql_type = Text, column_name = "column_type")]
    declared: String,
    #[diesel(sql_type = Text, column_name = "is_nullable")]
    nullable: String,
    #[diesel(sql_type = Text, column_name = "column_key")]
    key: String,
}

/// The `diesel::table!`s of a database, but for the tables of the chassis named in `except`.
pub async fn schema_rs(database: &TestDatabase, except: &[&str]) -> String {
    let mut conn = database.conn().await;
    let columns: Vec<Column> = diesel::sql_query(
        "SELECT table_name AS table_name, column_name AS column_name, column_type AS column_type, \
         is_nullable AS is_nullable, column_key AS column_key FROM information_schema.columns \
         WHERE table_schema = DATABASE() ORDER BY table_name, ordinal_position",
    )
    .load(&mut conn)
    .await
    .expect("columns can be listed");
    let mut tables: BTreeMap<&str, Vec<&Column>> = BTreeMap::new();
    for column in &columns {
        let table = column.table.as_str();
        if table != "__diesel_schema_migrations" && !except.contains(&table) {
            tables.entry(table).or_default().push(column);
        }
    }
    let mut file = String::from(
        "//! The tables as the migrations make them. Generated: a test of the service fails when it\n\
         //! is stale, and writes it with `UPDATE_GENERATED=1`.\n",
    );
    for (table, columns) in &tables {
        let key: Vec<_> =
            columns.iter().filter(|c| c.key == "PRI").map(|c| c.name.as_str()).collect();
        write!(file, "\ndiesel::table! {{\n    {table} ({}) {{\n", key.join(", "))
            .expect("a string takes text");
        for column in columns {
            let sql_type = sql_type(&column.declared);
            let sql_type = match column.nullable.as_str() {
                "YES" => format!("Nullable<{sql_type}>"),
                _ => sql_type,
            };
            writeln!(file, "        {} -> {sql_type},", column.name).expect("a string takes text");
        }
        file.push_str("    }\n}\n");
    }
    if tables.len() > 1 {
        let names: Vec<_> = tables.keys().copied().collect();
        let line =
            format!("diesel::allow_tables_to_appear_in_same_query!({});\n", names.join(", "));
        if line.len() <= 101 {
            write!(file, "\n{line}").expect("a string takes text");
        } else {
            let list = names.join(",\n    ");
            write!(file, "\ndiesel::allow_tables_to_appear_in_same_query!(\n    {list},\n);\n")
                .expect("a string takes text");
        }
    }
    file
}

/// The diesel type of a MySQL column type.
fn sql_type(column_type: &str) -> String {
    let unsigned = column_type.contains("unsigned");
    let base = column_type.split(['(', ' ']).next().unwrap_or_default();
    let name = match base {
        "tinyint" if column_type.starts_with("tinyint(1)") => return "Bool".into(),
        "tinyint" => "TinyInt",
        "smallint" => "SmallInt",
        "int" => "Integer",
        "bigint" => "BigInt",
        "double" => "Double",
        "binary" => "Binary",
        "varbinary" => "Varbinary",
        "char" => "Char",
        "varchar" => "Varchar",
        "text" => "Text",
        "mediumtext" => "Mediumtext",
        "longtext" => "Longtext",
        "datetime" => "Datetime",
        "date" => "Date",
        other => panic!("no diesel type is known for the column type {other}"),
    };
    if unsigned { format!("Unsigned<{name}>") } else { name.into() }
}
