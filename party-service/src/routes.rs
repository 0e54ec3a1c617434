//! The table of contents: every path once.

use actix_web::{App, web};
use chassis::http::document::{self, Bearer};
use utoipa::OpenApi;
use utoipa_actix_web::{AppExt as _, service_config::ServiceConfig};

use crate::domain::party_search::PartyOrder;
use crate::error::codes;

mod addresses;
mod admin;
mod bans;
mod blocks;
mod client;
mod distance;
mod home;
mod keys;
mod markets;
mod own_place;
mod page_params;
mod params;
mod parties;
mod penalties;
mod present;
mod reports;
mod reputation;
mod revoked_sessions;
mod sessions;
pub(crate) mod users;

/// What the document says beyond its paths.
#[derive(OpenApi)]
#[openapi(
    info(title = "Project 5.0.9: parties", description = "Accounts, addresses, markets and parties"),
    components(schemas(PartyOrder, penalties::list_mine::PenaltySide)),
    modifiers(&Bearer)
)]
struct Document;

/// Every route of the service.
fn routes(api: &mut ServiceConfig<'_>) {
    api.service(users::sign_up::sign_up)
        .service(users::me::read_me)
        .service(users::update_me::update_me)
        .service(users::change_password::change_password)
        .service(users::withdraw::withdraw)
        .service(users::export::export_me)
        .service(bans::list_mine::list_my_bans)
        .service(blocks::list::list_blocks)
        .service(blocks::block::block_user)
        .service(blocks::unblock::unblock_user)
        .service(users::public_profile::read_user)
        .service(sessions::sign_in::sign_in)
        .service(sessions::refresh::refresh)
        .service(sessions::list::list_sessions)
        .service(sessions::sign_out_everywhere::sign_out_everywhere)
        .service(sessions::sign_out::sign_out)
        .service(sessions::revoke::revoke_session)
        .service(keys::read_keys)
        .service(revoked_sessions::read_revoked_sessions)
        .service(addresses::search_addresses)
        .service(markets::list::list_markets)
        .service(markets::read::read_market)
        .service(parties::open::open_party)
        .service(parties::list_nearby::list_nearby_parties)
        .service(parties::list_mine::list_my_parties)
        .service(parties::read::read_party)
        .service(parties::edit::edit_party)
        .service(parties::lock::lock_party)
        .service(parties::cancel::cancel_party)
        .service(parties::complete::complete_party)
        .service(parties::applications::apply::apply_to_party)
        .service(parties::applications::list::list_applications)
        .service(parties::applications::withdraw::withdraw_application)
        .service(parties::applications::accept::accept_application)
        .service(parties::applications::reject::reject_application)
        .service(parties::members::list::list_members)
        .service(parties::members::leave::leave_party)
        .service(parties::members::remove::remove_member)
        .service(penalties::give::give_penalty)
        .service(penalties::list_mine::list_my_penalties)
        .service(penalties::list_appeals::list_appeals)
        .service(penalties::read::read_penalty)
        .service(penalties::appeal::appeal_penalty)
        .service(penalties::uphold::uphold_penalty)
        .service(penalties::revoke::revoke_penalty)
        .service(reports::file::file_report)
        .service(reports::list_mine::list_my_reports)
        .service(admin::list_reports::list_reports)
        .service(admin::resolve_report::resolve_report)
        .service(admin::list_users::list_users)
        .service(admin::ban_user::ban_user)
        .service(admin::list_bans::list_bans)
        .service(admin::lift_ban::lift_ban)
        .service(admin::read_log::read_log);
}

/// Adds the routes and their document to a server.
pub fn configure(config: &mut web::ServiceConfig) {
    routes(&mut ServiceConfig::new(config));
    // The document is checked in; a test proves that it is what the routes say.
    config.configure(document::serve(include_str!("../openapi.json")));
}

/// The OpenAPI document.
pub fn openapi_json() -> serde_json::Result<String> {
    let (_, mut document) = App::new()
        .into_utoipa_app()
        .openapi(Document::openapi())
        .configure(routes)
        .split_for_parts();
    document::list_problems(&mut document, codes::ALL);
    document.to_pretty_json()
}
