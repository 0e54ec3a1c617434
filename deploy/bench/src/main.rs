//! The command line of the benchmarks.

use bench::{chat, events, fanout, gateway, import, nearby, penalty, search, seats, sse};
use clap::{Parser, Subcommand};

/// Measures a part of the platform beside its peers.
#[derive(Debug, Parser)]
#[command(version)]
struct Cli {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    /// Chat rooms, beside RabbitMQ's web-STOMP and socket.io.
    Chat(chat::Options),
    /// Events, from the commit that makes them true to the commit of who acts on them.
    Events(events::Options),
    /// A party that concerns ten thousand people, until the last of them knows.
    Fanout(fanout::Options),
    /// Requests through the gateway, beside HAProxy, nginx and no gateway at all.
    Gateway(gateway::Options),
    /// The catalogue from its source into the database, beside the same row by row.
    Import(import::Options),
    /// The nearest open parties, beside SQL over all rows, a spatial index, and Redis.
    Nearby(nearby::Options),
    /// Profiles out of the cache, beside the same counted in SQL.
    Penalty(penalty::Options),
    /// Items by their names, beside `LIKE` in the database.
    Search(search::Options),
    /// Many clients race for few shares.
    Seats(seats::Options),
    /// Streams of notifications, beside nginx with nchan.
    Sse(sse::Options),
}

fn main() -> anyhow::Result<()> {
    match Cli::parse().command {
        Command::Chat(options) => chat::run(&options),
        Command::Events(options) => events::run(&options),
        Command::Fanout(options) => fanout::run(&options),
        Command::Gateway(options) => gateway::run(&options),
        Command::Import(options) => import::run(&options),
        Command::Nearby(options) => nearby::run(&options),
        Command::Penalty(options) => penalty::run(&options),
        Command::Search(options) => search::run(&options),
        Command::Seats(options) => seats::run(&options),
        Command::Sse(options) => sse::run(&options),
    }
}
