#!/usr/bin/env bash
# kcat against the broker: metadata, then the same walk as the other programs. The last line of output is the verdict, as JSON.
# usage: client.sh BOOTSTRAP metadata|roundtrip|resume|login|refused|session TOPIC RECORDS SECONDS
#     [--security P] [--mechanism M] [--user U] [--password P] [--ca FILE] [--cert FILE] [--key FILE] [--seconds S]
# kcat cannot create a topic by request: producing to it does, so this is also the walk through auto-creation.
set -uo pipefail
bootstrap=$1 phase=$2 topic=$3 records=$4 end=$((SECONDS + $5))
tail=$((records < 1000 ? records : 1000))
shift 5
security=()
while [ $# -gt 1 ]; do
    case $1 in
    --security) security+=(-X "security.protocol=$2") ;;
    --mechanism) security+=(-X "sasl.mechanism=$2") ;;
    --user) security+=(-X "sasl.username=$2") ;;
    --password) security+=(-X "sasl.password=$2") ;;
    --ca) security+=(-X "ssl.ca.location=$2") ;;
    --cert) security+=(-X "ssl.certificate.location=$2") ;;
    --seconds) lasts=$2 ;;
    --key) security+=(-X "ssl.key.location=$2") ;;
    esac
    shift 2
done
codecs=(none gzip snappy lz4 zstd)
share=${#codecs[@]}
group=$topic-group
folder=$(mktemp -d)
declare -A pids=()
trap '[ ${#pids[@]} = 0 ] || kill "${pids[@]}" 2>/dev/null; rm -rf "$folder"' EXIT

finish() { # verdict, text
    printf '{"verdict":"%s",%s}\n' "$1" "$2"
    [ "$1" != failed ]
    exit
}

failed() {
    echo "--- output of the members"
    tail -n 5 "$folder"/*.err 2>/dev/null
    finish failed "\"reason\":\"${1//\"/\'}\""
}

log() { echo "$(date +%T.%3N) $1"; }

until_true() { # what, command…
    local what=$1
    shift
    until "$@"; do
        [ $SECONDS -lt $end ] || failed "time is up: $what"
        sleep 0.1
    done
}

# Key and value of records FROM to TO of a codec. Keys repeat; the value holds the index and grows to 180 bytes.
lines() { # codec, from, to
    awk -v codec="$1" -v from="$2" -v to="$3" 'BEGIN {
        filler = "The quick brown fox jumps over the lazy dog. "; filler = filler filler filler filler
        for (i = from; i < to; i++) printf "key-%d|%s:%07d:%s\n", i % 997, codec, i, substr(filler, 1, (i * 7) % 180)
    }'
}

produce() { # from, to
    local codec
    for codec in "${codecs[@]}"; do
        lines "$codec" "$1" "$2" >"$folder/send"
        timeout $((end - SECONDS)) kcat -P -b "$bootstrap" "${security[@]}" -t "$topic" -z "$codec" -K '|' -l -H "codec=$codec" -H 'second=two words' \
            -X acks=all -X enable.idempotence=true "$folder/send" 2>"$folder/produce.err" || failed "produce with $codec: $(tail -1 "$folder/produce.err")"
        lines "$codec" "$1" "$2" | awk -F '|' -v codec="$codec" '{ print $0 "|codec=" codec ",second=two words" }' >>"$folder/sent"
    done
}

join() { # name, group
    kcat -b "$bootstrap" "${security[@]}" -G "$2" -X auto.offset.reset=earliest -X auto.commit.interval.ms=300 -X session.timeout.ms=10000 \
        -X heartbeat.interval.ms=300 -X fetch.wait.max.ms=100 -X check.crcs=true -u -f '%k|%s|%h\n' "$topic" >>"$folder/$1.out" 2>"$folder/$1.err" &
    pids[$1]=$!
}

leave() { # name: kcat commits and leaves the group on SIGTERM
    kill -TERM "${pids[$1]}" 2>/dev/null
    until_true "$1 did not end" bash -c "! kill -0 ${pids[$1]} 2>/dev/null"
    wait "${pids[$1]}" 2>/dev/null
    unset "pids[$1]"
}

# How many partitions kcat says that it was assigned last.
assigned() {
    awk '/assigned:/ { sub(/.*assigned:/, ""); n = gsub(/\[[0-9]+\]/, "") } /revoked:/ { n = 0 } END { print n + 0 }' "$folder/$1.err" 2>/dev/null || echo 0
}
sharing() { [ "$(assigned "$1")" -gt 0 ] && [ "$(assigned "$2")" -gt 0 ]; }
alone() { [ "$(assigned "$1")" -gt "$2" ]; }
received() { [ "$(cat "$folder"/*.out 2>/dev/null | wc -l)" -ge "$1" ] && [ "$(sort -u "$folder"/*.out | wc -l)" -ge "$1" ]; }

# Every line that was sent was received, and nothing else; a line may come twice when a member left before it had committed.
compare() {
    sort -u "$folder"/*.out >"$folder/got"
    sort "$folder/$1" >"$folder/wanted"
    cmp -s "$folder/got" "$folder/wanted" || failed "received differs from sent: $(diff "$folder/wanted" "$folder/got" | head -4 | tr '\n' ' ' | cut -c1-400)"
}

case $phase in
metadata)
    text=$(timeout $((end - SECONDS)) kcat -b "$bootstrap" "${security[@]}" -L 2>&1) || failed "kcat -L: $text"
    echo "$text"
    grep -q ' 1 brokers:' <<<"$text" || failed "kcat -L names no single broker"
    grep -q "at $bootstrap" <<<"$text" || failed "kcat -L does not name $bootstrap"
    finish ok '"brokers":1'
    ;;
roundtrip)
    half=$((records / 2)) more=$((records / 2 + records / 4))
    : >"$folder/sent"
    produce 0 1
    join first "$group"
    join second "$group"
    until_true 'two members share the partitions' sharing first second
    log 'two members share the partitions'
    produce 1 $half
    until_true "$((half * share)) records" received $((half * share))
    [ -s "$folder/second.out" ] && [ -s "$folder/first.out" ] || failed 'one member received nothing'
    before=$(assigned first)
    leave second
    until_true 'the first member takes all partitions' alone first "$before"
    log 'the second member left'
    produce $half $more
    until_true "$((more * share)) records" received $((more * share))
    join returned "$group"
    until_true 'two members share the partitions again' sharing first returned
    log 'it returned'
    produce $more "$records"
    until_true "$((records * share)) records" received $((records * share))
    [ -s "$folder/returned.out" ] || failed 'the member that returned received nothing'
    compare sent
    sleep 0.6
    leave returned
    leave first
    produce "$records" $((records + tail))
    finish ok "\"records\":$((records * share))"
    ;;
resume)
    for codec in "${codecs[@]}"; do
        lines "$codec" "$records" $((records + tail)) | awk -v codec="$codec" '{ print $0 "|codec=" codec ",second=two words" }' >>"$folder/sent"
    done
    join after "$group"
    until_true 'what was not consumed before the restart' received $((tail * share))
    log 'what was not yet consumed before the restart is consumed'
    produce $((records + tail)) $((records + 2 * tail))
    until_true 'what was produced after the restart' received $((2 * tail * share))
    compare sent
    leave after
    finish ok "\"records\":$((2 * tail * share))"
    ;;
login)
    codecs=(none)
    produce 0 "$records"
    timeout $((end - SECONDS)) kcat -b "$bootstrap" "${security[@]}" -G "$group" -X auto.offset.reset=earliest -X fetch.wait.max.ms=100 -X check.crcs=true \
        -u -c "$records" -f '%k|%s|%h\n' "$topic" >"$folder/only.out" 2>"$folder/only.err" || failed "consuming: $(tail -1 "$folder/only.err")"
    compare sent
    finish ok "\"records\":$records"
    ;;
refused)
    # Tries once to log in, and writes what kcat says of it. It would go on trying until its time is up.
    verdict='let in'
    exec 3< <(exec kcat -b "$bootstrap" "${security[@]}" -L -m "$((end - SECONDS))" -X broker.address.family=v4 2>&1)
    once=$!
    while IFS= read -r line <&3; do
        echo "$line"
        [[ $line == *FAIL* || $line == *ERROR* ]] && verdict=refused && break
    done
    # It has no ear for anything gentler while it waits for metadata.
    kill -KILL $once 2>/dev/null
    echo "{\"verdict\":\"$verdict\"}"
    ;;
session)
    # Writes a record now and then over more than a session's lifetime, and writes what kcat says meanwhile.
    sent=$((lasts * 5))
    for ((i = 0; i < lasts * 5; i++)); do
        lines none $i $((i + 1)) || break
        sleep 0.2
    done 2>/dev/null | kcat -P -b "$bootstrap" "${security[@]}" -t "$topic" -X acks=all -X linger.ms=0 2>&1 || sent=0
    finish ended "\"records\":$sent"
    ;;
esac
