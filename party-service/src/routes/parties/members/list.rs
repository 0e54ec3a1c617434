//! `GET /v1/parties/{id}/members`

use actix_web::{get, web};
use chassis::http::refusals::{NotSignedIn, Unavailable};
use chassis::http::{ApiError, Path, Reader, SignedIn};
use chassis::text::Locale;
use contracts::{Page, PartyId, Problem};
use serde::Serialize;
use utoipa::ToSchema;

use crate::domain::name::Name;
use crate::domain::party::{Member, PartyError, Role};
use crate::profiles::Known;
use crate::routes::parties::view::PersonView;
use crate::routes::reputation::ReputationView;
use crate::state::State;
use crate::store::parties::{Shown, members, visible};

/// Somebody who takes part.
#[derive(Debug, Serialize, ToSchema)]
pub(super) struct MemberView {
    /// Who.
    #[serde(flatten)]
    person: PersonView,
    #[serde(flatten)]
    reputation: ReputationView,
    /// Leader or member.
    role: Role,
    /// How many shares they take.
    #[schema(example = 1)]
    shares: u32,
    /// What they pay of the total, in won, if that is known. All amounts together are the total
    /// to the won; shares that nobody took stay with the leader.
    #[schema(required, example = 10_000)]
    amount: Option<u32>,
    /// Whether they came; only known of members of a completed party.
    #[schema(required)]
    attended: Option<bool>,
}

/// List who takes part
///
/// For the leader and the members alone: who they are and what each pays. The leader comes first.
/// There are at most a hundred, on one page.
#[utoipa::path(
    tag = "parties",
    security(("bearer" = [])),
    params(("id" = PartyId, Path, description = "The party")),
    responses(
        (status = 200, description = "All who take part", body = Page<MemberView>),
        NotSignedIn,
        (status = 403, description = "Only members may", body = Problem, content_type = "application/problem+json"),
        (status = 404, description = "There is no such party", body = Problem, content_type = "application/problem+json"),
        Unavailable,
    )
)]
#[get("/v1/parties/{id}/members")]
pub(in crate::routes) async fn list_members(
    SignedIn(me): SignedIn,
    Path(id): Path<PartyId>,
    Reader(locale): Reader,
    state: web::Data<State>,
) -> Result<web::Json<Page<MemberView>>, ApiError> {
    let mut conn = state.db.conn().await?;
    let found = visible::find(&mut conn, id, me.user_id).await?;
    let (party, _) = found.ok_or(PartyError::NotFound)?;
    let members = members::accepted(&mut conn, id).await?;
    let is_me = |(member, _): &(Member, Name)| member.user_id == me.user_id;
    if party.facts.leader_id != me.user_id && !members.iter().any(is_me) {
        return Err(PartyError::NotAMember.into());
    }
    // Not to be kept while another one may be needed.
    drop(conn);
    let ids: Vec<_> = members.iter().map(|(member, _)| member.user_id).collect();
    let known = state.profiles.get_many(&[ids, vec![party.facts.leader_id]].concat()).await?;
    Ok(web::Json(Page { items: views(party, members, &known, locale), next_cursor: None }))
}

fn views(
    party: Shown,
    members: Vec<(Member, Name)>,
    known: &Known,
    reader: Locale,
) -> Vec<MemberView> {
    let Shown { facts, leader_name } = party;
    let shares: Vec<_> = members.iter().map(|(member, _)| member.shares).collect();
    let mut amounts = facts.amounts(&shares).into_iter();
    let leader = MemberView {
        person: PersonView::new(facts.leader_id, leader_name, reader),
        reputation: ReputationView::new(known.get(&facts.leader_id)),
        role: Role::Leader,
        shares: facts.shares.leader(),
        amount: amounts.next(),
        attended: None,
    };
    let members = members.into_iter().map(|(member, name)| MemberView {
        person: PersonView::new(member.user_id, name, reader),
        reputation: ReputationView::new(known.get(&member.user_id)),
        role: Role::Member,
        shares: member.shares,
        amount: amounts.next(),
        attended: member.attended,
    });
    std::iter::once(leader).chain(members).collect()
}
