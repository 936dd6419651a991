#!/bin/sh
# SPDX-License-Identifier: Apache-2.0
# Several hosts, as network namespaces of one machine: GNU parallel hands blocks of roots to them over ssh, one host's
# link goes down in the middle, and what is merged is what one run says.
#
#   run.sh SLSAUDIT ORGANISATION [ROOTS]     exits with 77 without root, ip, sshd, ssh or GNU parallel
#
# ORGANISATION is tests/stories/organisation.
set -eu
slsaudit=$1
organisation=$2
roots=${3:-60}

skip() {
  echo "skipped: $*"
  exit 77
}
[ "$(id -u)" -eq 0 ] || skip "network namespaces need root"
for tool in ip ssh ssh-keygen; do command -v "$tool" >/dev/null 2>&1 || skip "$tool is not installed"; done
sshd=$(command -v sshd || echo /usr/sbin/sshd)
[ -x "$sshd" ] || skip "sshd is not installed"
parallel --version 2>/dev/null | grep -q '^GNU parallel' || skip "GNU parallel is not installed"

work=$(mktemp -d)
space=slsa$$
servers=
clean() {
  for server in $servers; do kill "$server" 2>/dev/null || true; done
  for host in 1 2; do
    # Sessions over a link that is down would keep the namespace.
    for process in $(ip netns pids "$space-$host" 2>/dev/null); do kill "$process" 2>/dev/null || true; done
    ip link del "slsa${host}v" 2>/dev/null || true
    ip netns del "$space-$host" 2>/dev/null || true
  done
  rm -rf "$work"
}
trap clean EXIT
trap 'exit 1' INT TERM
fail() {
  printf '%s\n' "$*" >&2
  exit 1
}
ip netns add "$space-1" 2>/dev/null || skip "network namespaces can't be made here"

# A host each: a namespace, a link to it and an sshd in it.
ssh-keygen -q -t ed25519 -N '' -f "$work/host_key"
ssh-keygen -q -t ed25519 -N '' -f "$work/user_key"
cp "$work/user_key.pub" "$work/authorized_keys"
chmod 600 "$work/authorized_keys"
mkdir -p /run/sshd
[ "$(ip -o link | grep -c 'slsa[0-9]*v')" -eq 0 ] || skip "links of another run are there"
for host in 1 2; do
  [ "$host" -eq 1 ] || ip netns add "$space-$host"
  ip link add "slsa${host}v" type veth peer name "slsa${host}w" netns "$space-$host" || skip "no links between namespaces here"
  ip addr add "10.213.$host.1/24" dev "slsa${host}v"
  ip link set "slsa${host}v" up
  ip -n "$space-$host" addr add "10.213.$host.2/24" dev "slsa${host}w"
  ip -n "$space-$host" link set "slsa${host}w" up
  ip -n "$space-$host" link set lo up
  cat >"$work/sshd$host.conf" <<CONF
ListenAddress 10.213.$host.2:2222
HostKey $work/host_key
AuthorizedKeysFile $work/authorized_keys
PidFile $work/sshd$host.pid
StrictModes no
UsePAM no
PermitRootLogin yes
MaxStartups 100
CONF
  ip netns exec "$space-$host" "$sshd" -f "$work/sshd$host.conf" -E "$work/sshd$host.log"
  sleep 0.3
  servers="$servers $(cat "$work/sshd$host.pid")"
done
cat >"$work/ssh.conf" <<CONF
Host 10.213.*
  Port 2222
  User root
  IdentityFile $work/user_key
  IdentitiesOnly yes
  StrictHostKeyChecking no
  UserKnownHostsFile /dev/null
  ConnectTimeout 20
  ServerAliveInterval 3
  ServerAliveCountMax 3
  LogLevel ERROR
CONF
export HOME="$work" PARALLEL_HOME="$work/.parallel" PARALLEL_SSH="ssh -F $work/ssh.conf"
mkdir "$PARALLEL_HOME" && touch "$PARALLEL_HOME/will-cite"
for host in 1 2; do
  ssh -F "$work/ssh.conf" "10.213.$host.2" true || fail "no ssh to host $host: $(cat "$work/sshd$host.log")"
done

cd "$work"
sh "$organisation/make.sh" "$roots" repos
ls -d repos/* >roots.txt
"$slsaudit" check --roots-from roots.txt --as-of 2026-01-01 --jobs 1 >one.ndjson
"$slsaudit" merge one.ndjson --expect roots.txt --format json >one.json || true

unit="'$slsaudit' check --roots-from - --as-of 2026-01-01 --jobs 1"
begin=$(date +%s%N)
parallel --sshlogin 1/10.213.1.2,1/10.213.2.2 --wd "$work" --pipe -N 5 --retries 3 "$unit" <roots.txt >hosts.ndjson 2>hosts.err ||
  fail "parallel gives up: $(cat hosts.err)"
end=$(date +%s%N)
"$slsaudit" merge hosts.ndjson --expect roots.txt --format json >hosts.json 2>hosts.told || true
cmp -s one.json hosts.json || fail "two hosts say something else than one run: $(cat hosts.told)"
echo "$roots roots over two hosts: $(((end - begin) / 1000000)) ms"

# The second host goes away while it works; what it had is done by the first.
(sleep 1 && ip link set slsa2v down) &
parallel --sshlogin 1/10.213.1.2,1/10.213.2.2 --wd "$work" --pipe -N 5 --retries 5 "$unit; sleep 0.3" <roots.txt >lost.ndjson 2>lost.err || true
"$slsaudit" merge lost.ndjson --expect roots.txt --format json >lost.json 2>lost.told || true
if ! cmp -s one.json lost.json; then
  # An engine may give up; then what is missing is told, and auditing that alone completes it.
  grep -q 'no shard has this root' lost.told || fail "$(cat lost.told)"
  sed -n 's|^slsaudit: \(.*\): no shard has this root.*|\1|p' lost.told >missing.txt
  echo "$(wc -l <missing.txt) roots were given up, and audited again"
  "$slsaudit" check --roots-from missing.txt --as-of 2026-01-01 >rest.ndjson
  "$slsaudit" merge lost.ndjson rest.ndjson --expect roots.txt --format json >lost.json || true
fi
cmp -s one.json lost.json || fail "a host that went away changes what is merged"
echo "the story holds"
