//! Sends news on its way to people.

use chassis::db::{Conn, DbError};
use contracts::EventId;

use crate::domain::News;
use crate::store::{deliveries, notices};

/// Writes down what is said and to whom. The deliverers do the rest.
pub async fn post_news(conn: &mut Conn, id: EventId, news: &News) -> Result<(), DbError> {
    notices::insert(conn, id, &news.content).await?;
    deliveries::insert(conn, id, &news.audience).await
}
