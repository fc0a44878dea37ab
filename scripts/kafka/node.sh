#!/usr/bin/env bash
# Real Apache Kafka nodes (KRaft) on loopback, from their published jars. Needs Java 17, Maven and openssl.
#
#   node.sh new DIR N      makes the folders of a cluster of N nodes and starts them
#   node.sh start DIR I    starts node I again and waits until it serves
#   node.sh kill DIR I     kills node I at once
#   node.sh stop DIR       stops all of them
#
# Afterwards DIR/brokers and DIR/secure hold the addresses (the second for TLS with a login as ada), DIR/ca.pem the
# authority, DIR/I/pid a process and DIR/I/server.log what it says.
#
#   KAFKA_JARS  where the jars are kept (default ${XDG_CACHE_HOME:-$HOME/.cache}/rollcall/kafka)
set -euo pipefail

die() { echo "kafka: $*" >&2; exit 1; }

command=${1:-} dir=${2:-}
[[ -n $command && -n $dir ]] || die "usage: node.sh new|start|kill|stop DIR [N]"
here=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
jars=${KAFKA_JARS:-${XDG_CACHE_HOME:-$HOME/.cache}/rollcall/kafka}
version=$(sed -n 's:.*<kafka.version>\(.*\)</kafka.version>.*:\1:p' "$here/pom.xml")
lib=$jars/$version
user=ada password=correct-horse

# fetch_jars fills $lib, once. Two callers wait for each other; a fetch that broke off leaves no $lib behind.
fetch_jars() {
  mkdir -p "$jars"
  exec 9>"$jars/lock"
  flock 9
  if [[ ! -d $lib ]]; then
    echo "kafka: fetching Apache Kafka $version into $lib" >&2
    local tmp
    tmp=$(mktemp -d "$jars/fetch.XXXXXX")
    mvn -q -B -Dstyle.color=never -f "$here/pom.xml" org.apache.maven.plugins:maven-dependency-plugin:3.8.1:copy-dependencies \
      -DincludeScope=runtime -DoutputDirectory="$tmp" >&2 || { rm -rf "$tmp"; die "Maven could not fetch Kafka $version"; }
    chmod 755 "$tmp" # mktemp makes it 0700; the cache may be shared
    mv -T "$tmp" "$lib"
  fi
  exec 9>&-
}

# free_ports prints $1 ports that nobody listens on, below the range that the system deals out by itself.
free_ports() {
  local found=() p
  while ((${#found[@]} < $1)); do
    p=$((20000 + RANDOM % 12000))
    [[ " ${found[*]} " == *" $p "* ]] || (exec 3<>"/dev/tcp/127.0.0.1/$p") 2>/dev/null || found+=("$p")
  done
  echo "${found[@]}"
}

# serves asks for the cluster's metadata (Metadata v1, no topics) and succeeds when it names at least $2 brokers: the
# port opens a little earlier, while the controller still fences the broker.
serves() {
  local reply
  reply=$(
    exec 2>/dev/null 3<>"/dev/tcp/127.0.0.1/$1" || exit 1
    printf '\x00\x00\x00\x0e\x00\x03\x00\x01\x00\x00\x00\x01\xff\xff\x00\x00\x00\x00' >&3
    timeout 2 head -c 12 <&3 | od -An -tx1 | tr -d ' \n'
  ) || return 1
  # 4 bytes of size, 4 of correlation id, 4 of the number of brokers.
  [[ ${#reply} -eq 24 && ${reply:8:8} == 00000001 ]] && ((16#${reply:16:8} >= $2))
}

run() { # becomes a Java program of the node in $1
  exec java -Xmx512m -XX:TieredStopAtLevel=1 -Djava.awt.headless=true -XX:-UsePerfData -Djava.io.tmpdir="$1" -Dlog4j2.configurationFile="$here/log4j2.properties" \
    -Drollcall.kafka.log="$1/server.log" -cp "$lib/*" "${@:2}"
}

new_cluster() {
  local n=$1 i ports voters='' replicas=$(($1 < 3 ? 1 : 3))
  mkdir -p "$dir"
  dir=$(cd "$dir" && pwd)
  openssl req -x509 -newkey rsa:2048 -nodes -days 2 -subj /CN=test -addext subjectAltName=IP:127.0.0.1 \
    -keyout "$dir/key.pem" -out "$dir/ca.pem" 2>/dev/null || die "openssl cannot make a certificate"
  cat "$dir/key.pem" "$dir/ca.pem" >"$dir/broker.pem"
  read -ra ports <<<"$(free_ports $((3 * n)))"
  for ((i = 1; i <= n; i++)); do voters+=${voters:+,}$i@127.0.0.1:${ports[3 * i - 1]}; done
  local id
  id=A$(head -c 16 /dev/urandom | base64 | tr '+/' '-_' | tr -d '=' | cut -c2-) # a leading dash would read as an option
  for ((i = 1; i <= n; i++)); do
    mkdir -p "$dir/$i"
    echo "${ports[3 * i - 3]}" >"$dir/$i/port"
    sed "s|@NODE@|$i|g; s|@VOTERS@|$voters|g; s|@PORT@|${ports[3 * i - 3]}|g; s|@SECURE_PORT@|${ports[3 * i - 2]}|g
      s|@CONTROLLER_PORT@|${ports[3 * i - 1]}|g; s|@DATA@|$dir/$i|g; s|@CLUSTER@|$dir|g; s|@USER@|$user|g
      s|@PASSWORD@|$password|g; s|@REPLICAS@|$replicas|g; s|@INSYNC@|$((replicas < 2 ? 1 : 2))|g" \
      "$here/server.properties.in" >"$dir/$i/server.properties"
    run "$dir/$i" kafka.tools.StorageTool format --cluster-id "$id" --config "$dir/$i/server.properties" \
      --add-scram "SCRAM-SHA-256=[name=$user,password=$password]" \
      --add-scram "SCRAM-SHA-512=[name=$user,password=$password]" >"$dir/$i/format.log" 2>&1 &
  done
  wait
  local brokers='' secure=''
  for ((i = 1; i <= n; i++)); do
    [[ -f $dir/$i/log/meta.properties ]] || die "formatting failed, see $dir/$i/format.log"
    brokers+=${brokers:+,}127.0.0.1:${ports[3 * i - 3]}
    secure+=${secure:+,}127.0.0.1:${ports[3 * i - 2]}
  done
  echo "$brokers" >"$dir/brokers"
  echo "$secure" >"$dir/secure"
  for ((i = 1; i <= n; i++)); do launch "$i"; done
  for ((i = 1; i <= n; i++)); do await "$i" "$n"; done
}

launch() {
  [[ -f $dir/$1/server.properties ]] || die "there is no node $1 in $dir"
  run "$dir/$1" kafka.Kafka "$dir/$1/server.properties" </dev/null >>"$dir/$1/stdout.log" 2>&1 9>&- &
  # run execs: this is the broker.
  echo $! >"$dir/$1/pid"
  disown
}

await() { # until node $1 knows $2 brokers
  local deadline=$((SECONDS + 60)) pid
  pid=$(cat "$dir/$1/pid")
  until serves "$(cat "$dir/$1/port")" "$2"; do
    kill -0 "$pid" 2>/dev/null || die "node $1 ended, see $dir/$1/server.log and stdout.log"
    ((SECONDS < deadline)) || die "node $1 does not serve after a minute, see $dir/$1/server.log"
    sleep 0.1
  done
}

# end sends signal $2 to node $1 and waits for its end.
end() {
  local pid
  pid=$(cat "$dir/$1/pid" 2>/dev/null) || return 0
  # The PID may be somebody else's by now.
  tr '\0' ' ' 2>/dev/null <"/proc/$pid/cmdline" | grep -qF "kafka.Kafka $dir/$1/server.properties" || return 0
  kill "-$2" "$pid" 2>/dev/null || return 0
  for ((n = 0; n < 200; n++)); do
    kill -0 "$pid" 2>/dev/null || return 0
    sleep 0.1
  done
  kill -KILL "$pid" 2>/dev/null || true
}

[[ $command == new ]] || dir=$(cd "$dir" && pwd)
case $command in
  new)
    fetch_jars
    new_cluster "${3:?how many nodes}"
    ;;
  start)
    launch "${3:?which node}"
    await "$3" 1
    ;;
  kill) end "${3:?which node}" KILL ;;
  stop)
    for node in "$dir"/*/pid; do
      end "$(basename "$(dirname "$node")")" TERM &
    done
    wait
    ;;
  *) die "there is no command $command" ;;
esac
