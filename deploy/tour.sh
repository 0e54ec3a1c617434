#!/usr/bin/env bash
# The main job, told with curl: two neighbours buy apples together. One is told the moment the other
# opens the party; they talk, meet and split.
#
# Started by `cargo xtask tour`; by hand: GATEWAY_URL=http://127.0.0.1:8080 deploy/tour.sh
# Needs curl and jq. Each call is printed as you could type it, and the script fails at the first
# answer that is not as expected.
set -euo pipefail

gateway=${GATEWAY_URL:-http://127.0.0.1:8080}
run=$(date +%s%N)
token=
answer=
stream=$(mktemp)
trap 'kill $(jobs -p) 2>/dev/null || true; rm -f "$stream"' EXIT

say() { printf '\n\033[1m%s\033[0m\n' "$*"; }
fail() { printf '\033[31m%s\033[0m\n' "$*" >&2; exit 1; }

# call STATUS METHOD PATH [BODY]: sends a request as the person whose token is in $token and leaves
# the body of the answer in $answer.
call() {
  local expected=$1 method=$2 path=$3 body=${4:-} status
  local arguments=(--silent --show-error --max-time 20 --request "$method" --header 'Accept-Language: ko')
  [ -n "$token" ] && arguments+=(--header "Authorization: Bearer $token")
  [ -n "$body" ] && arguments+=(--header 'Content-Type: application/json' --data "$body")
  printf '  \033[2m%s %s%s\033[0m\n' "$method" "$path" "${body:+  $(shown "$body")}"
  answer=$(curl "${arguments[@]}" --write-out '\n%{http_code}' "$gateway$path") \
    || fail "no answer from $gateway: is the platform up? (cargo xtask up)"
  status=${answer##*$'\n'}
  answer=${answer%$'\n'*}
  [ "$status" = "$expected" ] || fail "expected $expected, got $status: $answer"
}

# What of a body may be printed: all but the password.
shown() { jq --compact-output 'if .password then .password = "…" else . end' <<<"$1"; }
field() { jq --exit-status --raw-output "$1" <<<"$answer" || fail "no $1 in: $answer"; }
expect() { [ "$(field "$1")" = "$2" ] || fail "expected $1 to be $2: $answer"; }
# Waits until the events of what was done have arrived where they are read.
await() {
  local tries=0
  until "$@"; do
    tries=$((tries + 1))
    [ "$tries" -lt 100 ] || fail "it never came to: $*"
    sleep 0.1
  done
}
encode() { jq --null-input --raw-output --arg text "$1" '$text | @uri'; }

# join NICKNAME ADDRESS: signs a neighbour up and in; the token goes to $token.
join() {
  local email="neighbour-$RANDOM-$run@example.com" password="tour-$run-passphrase"
  token=
  call 201 POST /v1/users "$(jq --null-input --compact-output \
    --arg email "$email" --arg password "$password" --arg nickname "$1${run: -9}" --arg address "$2" \
    '{email: $email, password: $password, nickname: $nickname, address: $address, locale: "ko"}')"
  printf '    → %s lives at %s\n' "$(field .nickname)" "$(field .address.road_address)"
  call 201 POST /v1/sessions "$(jq --null-input --compact-output \
    --arg email "$email" --arg password "$password" '{email: $email, password: $password}')"
  token=$(field .access_token)
}

say '1. Where is a market, and who lives near it? Anyone may look.'
call 200 GET "/v1/markets?query=$(encode 남대문)&limit=5"
expect '.items | length > 0' true
home=$(field '.items[0].road_address')
latitude=$(field '.items[0].latitude') longitude=$(field '.items[0].longitude')
call 200 GET "/v1/markets?lat=$latitude&lon=$longitude&radius_km=1.5&limit=20"
field '.items[] | "    \(.distance_km) km  \(.name)"'
next_door=$(field 'first(.items[] | select(.distance_km > 0.05) | .road_address)')

say '2. Two neighbours sign up.'
join 지은 "$home"
jieun=$token
join 민수 "$next_door"
minsu=$token

say '3. Jieun wants apples, and a market near her.'
token=$jieun
call 200 GET "/v1/items?query=$(encode 사과)&limit=5"
field '.items[] | "    \(.code)  \(.name)  (\(.category.name))"'
item=$(field '.items[0].code')
[[ $(field '.items[0].name') == *사과* ]] || fail "사과 should be found by its name: $answer"
call 200 GET "/v1/markets?lat=$latitude&lon=$longitude&radius_km=3&limit=1"
market=$(field '.items[0].id')
printf '    → %s, %s km away\n' "$(field '.items[0].name')" "$(field '.items[0].distance_km')"

say '4. Minsu likes them too. He stars them, and leaves his stream of news open.'
token=$minsu
call 200 PUT "/v1/favorites/items/$item"
printf '  \033[2mGET /v1/notifications/stream\033[0m\n'
curl --silent --no-buffer --max-time 60 --header "Authorization: Bearer $minsu" \
  "$gateway/v1/notifications/stream" >"$stream" &
await test -s "$stream"

token=$jieun
say '5. Jieun opens a party: a box of 20 for 30,000 won, in 4 shares, 2 of them hers.'
starts=$(date --utc --date '+10 seconds' +%FT%TZ) ends=$(date --utc --date '+1 hour' +%FT%TZ)
call 201 POST /v1/parties "$(jq --null-input --compact-output --arg market "$market" --arg item "$item" \
  --arg starts "$starts" --arg ends "$ends" \
  '{market_id: $market, item_code: $item, quantity: 20, unit: "개", total_price: 30000,
    total_shares: 4, leader_shares: 2, starts_at: $starts, ends_at: $ends}')"
party=$(field .id)
expect .status open

say '6. He is told at once, and finds it near his place.'
token=$minsu
await grep --quiet "$party" "$stream"
printf '    → %s\n' "$(sed -n 's/^data: *//p' "$stream" | jq --raw-output '"\(.title): \(.body)"' | tail -1)"
call 200 GET '/v1/parties?radius_km=3&limit=50'
distance=$(field "first(.items[] | select(.id == \"$party\") | .distance_km)")
printf '    → %s km away\n' "$distance"
awk -v km="$distance" 'BEGIN { exit !(km < 3) }' || fail "the party should be near: $distance km"

say '7. He asks for the two shares left.'
call 201 POST "/v1/parties/$party/applications" '{"shares":2,"message":"같이 사요!"}'

say '8. Jieun sees who asked, and says yes. Nothing is left, so the party locks.'
token=$jieun
call 200 GET "/v1/parties/$party/applications"
applicant=$(field '.items[0].user_id')
printf '    → %s asks for %s shares: %s\n' "$(field '.items[0].nickname')" "$(field '.items[0].shares')" "$(field '.items[0].message')"
call 200 POST "/v1/parties/$party/applications/$applicant/accept"
call 200 GET "/v1/parties/$party"
expect .status locked
expect .taken_shares 4
printf '    → %s, %s of %s shares taken\n' "$(field .status)" "$(field .taken_shares)" "$(field .total_shares)"

say '9. Who pays what? Only members are told.'
call 200 GET "/v1/parties/$party/members"
field '.items[] | "    \(.nickname): \(.shares) shares, \(.amount) won"'
expect '[.items[].amount] | add' 30000

say '10. They talk: a room opened when she said yes.'
room=
in_room() {
  call 200 GET /v1/chat-rooms
  room=$(jq --raw-output "first(.items[] | select(.party_id == \"$party\") | .id) // empty" <<<"$answer")
  [ -n "$room" ]
}
await in_room
call 201 POST "/v1/chat-rooms/$room/messages" '{"content":"정문 앞에서 만나요!"}'
token=$minsu
call 200 GET "/v1/chat-rooms/$room/messages"
field '.items[] | select(.type == "CHAT") | "    \(.sender.nickname): \(.content)"'
expect '[.items[] | select(.type == "CHAT") | .content] | first' '정문 앞에서 만나요!'
token=$jieun

say '11. They meet. (We wait until the meeting begins.)'
while [ "$(date --utc +%s)" -le "$(date --utc --date "$starts" +%s)" ]; do sleep 0.5; done
call 200 POST "/v1/parties/$party/complete" \
  "$(jq --null-input --compact-output --arg user "$applicant" '{attendance: [{user_id: $user, attended: true}]}')"
expect .status "done"

say '12. Minsu finds it among his parties.'
token=$minsu
call 200 GET '/v1/users/me/parties?role=member&limit=5'
expect "first(.items[] | select(.id == \"$party\") | .status)" "done"
call 200 GET '/v1/notifications?limit=10'
field '.items[] | "    \(.title)"'

printf '\n\033[32mThe tour is over: everything answered as it should.\033[0m\n'
