//! The table: every route, and what each role is told.

/// A route with one request to it.
pub(super) struct Route {
    pub(super) method: &'static str,
    /// Its path; names in braces are put in by the stage.
    pub(super) path: &'static str,
    /// Its JSON body.
    pub(super) body: Option<&'static str>,
    /// The status for each role, in the order of `Role::ALL`.
    pub(super) expected: [u16; 8],
}

impl Route {
    /// Whether only other services ask: the gateway leads nobody there.
    pub(super) fn is_internal(&self) -> bool {
        self.path.starts_with("/v1/exports/") || self.path.ends_with("/revoked-sessions.json")
    }

    /// Whether one may ask again and be told the same: then nobody need set the stage anew.
    pub(super) fn leaves_all_as_it_is(&self) -> bool {
        let own = ["/v1/favorites", "/v1/notifications"].iter().any(|p| self.path.starts_with(p));
        self.method == "GET" || own && !self.path.ends_with("{seq}")
    }
}

const fn route(
    method: &'static str,
    path: &'static str,
    body: Option<&'static str>,
    expected: [u16; 8],
) -> Route {
    Route { method, path, body, expected }
}

/// The same for everyone.
const fn public(status: u16) -> [u16; 8] {
    [status; 8]
}

/// For whoever is signed in.
const fn signed_in(status: u16) -> [u16; 8] {
    [401, status, status, status, status, status, status, status]
}

/// For whoever runs the platform.
const fn admin(status: u16) -> [u16; 8] {
    [401, 403, 403, 403, 403, 403, 403, status]
}

const PARTY: &str = r#"{"market_id": "{market}", "item_code": "{item}", "quantity": 1, "unit": "kg",
    "total_shares": 2, "starts_at": "{starts_at}", "ends_at": "{ends_at}"}"#;
const SIGN_UP: &str =
    r#"{"email": "{fresh}@example.org", "password": "{password}", "nickname": "x{fresh}"}"#;
const PASSWORDS: &str =
    r#"{"current_password": "{password}", "new_password": "another {password}"}"#;

#[rustfmt::skip]
pub(super) const ROUTES: &[Route] = &[
    //                                                                          anon strn appl rejd wdrn memb lead admn
    route("GET",    "/.well-known/jwks.json",                             None, public(200)),
    route("GET",    "/.well-known/revoked-sessions.json",                 None, public(200)),
    route("POST",   "/v1/users",                                 Some(SIGN_UP), public(201)),
    route("POST",   "/v1/sessions",    Some(r#"{"email": "{fresh}@example.com", "password": "wrong wrong"}"#), public(401)),
    route("POST",   "/v1/sessions/refresh", Some(r#"{"refresh_token": "unknown"}"#), public(401)),
    route("GET",    "/v1/sessions",                                       None, signed_in(200)),
    route("DELETE", "/v1/sessions",                                       None, signed_in(204)),
    route("DELETE", "/v1/sessions/current",                               None, signed_in(204)),
    route("DELETE", "/v1/sessions/{stranger_session}",                    None, [401, 204, 404, 404, 404, 404, 404, 404]),
    route("GET",    "/v1/users/me",                                       None, signed_in(200)),
    route("PATCH",  "/v1/users/me",           Some(r#"{"locale": "en"}"#),      signed_in(200)),
    route("PUT",    "/v1/users/me/password",                   Some(PASSWORDS), signed_in(204)),
    route("GET",    "/v1/users/me/parties?role=leader",                   None, signed_in(200)),
    // The password is another one: who is signed in may withdraw.
    route("DELETE", "/v1/users/me",   Some(r#"{"current_password": "wrong wrong"}"#), signed_in(422)),
    route("GET",    "/v1/users/me/export",                                None, signed_in(200)),
    route("GET",    "/v1/exports/chat",                                   None, signed_in(200)),
    route("GET",    "/v1/exports/notifications",                          None, signed_in(200)),
    route("GET",    "/v1/users/me/bans",                                  None, signed_in(200)),
    route("GET",    "/v1/users/me/blocks",                                None, signed_in(200)),
    route("PUT",    "/v1/users/me/blocks/{stranger}",                     None, [401, 422, 204, 204, 204, 204, 204, 204]),
    route("DELETE", "/v1/users/me/blocks/{stranger}",                     None, signed_in(204)),
    route("POST",   "/v1/reports",
          Some(r#"{"reference": {"kind": "party", "party_id": "{party}"}, "reason": "spam"}"#), signed_in(201)),
    route("GET",    "/v1/reports",                                        None, signed_in(200)),
    // Only whoever was to meet the leader says that they did not come, and not before the meeting.
    route("POST",   "/v1/reports",
          Some(r#"{"reference": {"kind": "party", "party_id": "{party}"}, "reason": "leader_absent"}"#),
          [401, 403, 403, 403, 403, 409, 403, 403]),
    route("GET",    "/v1/admin/reports",                                  None, admin(200)),
    route("POST",   "/v1/admin/reports/{nothing}/resolve", Some(r#"{"resolution": "dismissed"}"#), admin(404)),
    route("GET",    "/v1/admin/users",                                    None, admin(200)),
    route("POST",   "/v1/admin/users/{stranger}/bans", Some(r#"{"scope": "all", "reason": "x"}"#), admin(201)),
    route("GET",    "/v1/admin/bans",                                     None, admin(200)),
    route("POST",   "/v1/admin/bans/{nothing}/lift",                      None, admin(404)),
    route("GET",    "/v1/admin/log",                                      None, admin(200)),
    route("GET",    "/v1/users/{stranger}",                               None, signed_in(200)),
    route("GET",    "/v1/addresses?query=%EC%A2%85%EB%A1%9C",             None, signed_in(200)),
    route("GET",    "/v1/markets?query=%EC%8B%9C%EC%9E%A5",               None, public(200)),
    route("GET",    "/v1/markets/{market}",                               None, public(200)),
    route("GET",    "/v1/items?query=%EC%82%AC%EA%B3%BC",                 None, public(200)),
    route("GET",    "/v1/items/suggestions?query=%EC%82%AC",              None, public(200)),
    route("GET",    "/v1/items/{item}",                                   None, public(200)),
    route("GET",    "/v1/categories",                                     None, public(200)),
    route("GET",    "/v1/admin/imports",                                  None, admin(200)),
    route("POST",   "/v1/admin/imports",                            Some("{}"), admin(409)),
    route("GET",    "/v1/admin/imports/{nothing}",                        None, admin(404)),
    route("GET",    "/v1/admin/imports/{nothing}/refusals",               None, admin(404)),
    route("POST",   "/v1/parties",                                 Some(PARTY), signed_in(201)),
    route("GET",    "/v1/parties?lat=37.5663&lon=126.9779",               None, signed_in(200)),
    route("GET",    "/v1/parties/{party}",                                None, signed_in(200)),
    route("PATCH",  "/v1/parties/{party}",   Some(r#"{"quantity": 12}"#),       [401, 403, 403, 403, 403, 403, 200, 403]),
    route("POST",   "/v1/parties/{party}/lock",                           None, [401, 403, 403, 403, 403, 403, 200, 403]),
    route("POST",   "/v1/parties/{party}/cancel",                         None, [401, 403, 403, 403, 403, 403, 200, 403]),
    route("POST",   "/v1/parties/{party}/complete",
          Some(r#"{"attendance": [{"user_id": "{member}", "attended": true}]}"#), [401, 403, 403, 403, 403, 403, 409, 403]),
    route("POST",   "/v1/parties/{party}/applications", Some(r#"{"shares": 1}"#), [401, 201, 409, 201, 201, 409, 409, 201]),
    route("GET",    "/v1/parties/{party}/applications",                   None, [401, 403, 403, 403, 403, 403, 200, 403]),
    route("DELETE", "/v1/parties/{party}/applications/me",                None, [401, 404, 204, 404, 404, 409, 404, 404]),
    route("POST",   "/v1/parties/{party}/applications/{applicant}/accept", None, [401, 403, 403, 403, 403, 403, 200, 403]),
    route("POST",   "/v1/parties/{party}/applications/{applicant}/reject", None, [401, 403, 403, 403, 403, 403, 200, 403]),
    route("GET",    "/v1/parties/{party}/members",                        None, [401, 403, 403, 403, 403, 200, 200, 403]),
    route("DELETE", "/v1/parties/{party}/members/me",                     None, [401, 403, 403, 403, 403, 204, 409, 403]),
    route("DELETE", "/v1/parties/{party}/members/{member}",               None, [401, 403, 403, 403, 403, 403, 204, 403]),
    route("POST",   "/v1/parties/{party}/members/{member}/penalty",
          Some(r#"{"reason": "no_show"}"#),                                     [401, 403, 403, 403, 403, 403, 409, 403]),
    route("GET",    "/v1/users/me/penalties",                             None, signed_in(200)),
    route("GET",    "/v1/penalties/{penalty}",                            None, [401, 404, 404, 404, 404, 200, 200, 200]),
    route("POST",   "/v1/penalties/{penalty}/appeal", Some(r#"{"text": "ill"}"#), [401, 404, 404, 404, 404, 200, 403, 404]),
    route("GET",    "/v1/admin/penalties/appeals",                        None, admin(200)),
    route("POST",   "/v1/admin/penalties/{penalty}/uphold",               None, admin(409)),
    route("POST",   "/v1/admin/penalties/{penalty}/revoke",               None, admin(200)),
    route("GET",    "/v1/chat-rooms",                                     None, signed_in(200)),
    route("GET",    "/v1/chat-rooms/{room}",                              None, [401, 404, 404, 404, 404, 200, 200, 404]),
    route("DELETE", "/v1/chat-rooms/{room}",                              None, [401, 404, 404, 404, 404, 403, 204, 404]),
    route("GET",    "/v1/chat-rooms/{nothing}",                           None, signed_in(404)),
    route("GET",    "/v1/chat-rooms/{room}/members",                      None, [401, 404, 404, 404, 404, 200, 200, 404]),
    route("GET",    "/v1/chat-rooms/{room}/presence",                     None, [401, 404, 404, 404, 404, 200, 200, 404]),
    route("GET",    "/v1/chat-rooms/{room}/messages",                     None, [401, 404, 404, 404, 404, 200, 200, 404]),
    route("POST",   "/v1/chat-rooms/{room}/messages", Some(r#"{"content": "hello"}"#), [401, 404, 404, 404, 404, 201, 201, 404]),
    route("PUT",    "/v1/chat-rooms/{room}/read-marker",   Some(r#"{"seq": 0}"#), [401, 404, 404, 404, 404, 200, 200, 404]),
    route("GET",    "/v1/favorites/items",                                None, signed_in(200)),
    route("GET",    "/v1/favorites/items/{item}",                         None, signed_in(404)),
    route("DELETE", "/v1/favorites/items/{item}",                         None, signed_in(204)),
    route("PUT",    "/v1/favorites/items/{item}",                         None, signed_in(200)),
    route("GET",    "/v1/favorites/markets",                              None, signed_in(200)),
    route("GET",    "/v1/favorites/markets/{market}",                     None, signed_in(404)),
    route("DELETE", "/v1/favorites/markets/{market}",                     None, signed_in(204)),
    route("PUT",    "/v1/favorites/markets/{market}",                     None, signed_in(200)),
    route("GET",    "/v1/notifications",                                  None, signed_in(200)),
    route("GET",    "/v1/notifications/stream",                           None, signed_in(200)),
    route("GET",    "/v1/notifications/unread-count",                     None, signed_in(200)),
    route("POST",   "/v1/notifications/read-all", Some(r#"{"up_to_seq": 0}"#),  signed_in(200)),
    route("POST",   "/v1/notifications/{seq}/read",                       None, [401, 404, 404, 200, 404, 200, 200, 404]),
    route("DELETE", "/v1/notifications/{seq}",                            None, [401, 404, 404, 204, 404, 204, 204, 404]),
    route("GET",    "/v1/notifications/settings",                         None, signed_in(200)),
    route("PUT",    "/v1/notifications/settings",
          Some(r#"{"radius_km": 5, "silenced": [], "quiet_hours": null}"#),     signed_in(200)),
    route("GET",    "/v1/notifications/muted-parties",                    None, signed_in(200)),
    route("PUT",    "/v1/notifications/muted-parties/{party}",            None, signed_in(204)),
    route("DELETE", "/v1/notifications/muted-parties/{party}",            None, signed_in(204)),
];
