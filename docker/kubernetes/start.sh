#!/bin/bash
# Starts a cluster of one node and stays until it is stopped or one of its components ends. /etc/kubernetes/admin.conf is there
# as soon as the API server answers; it names this container's own address.
set -eu -o pipefail

own=/etc/kubernetes
logs=/var/log/kubernetes
address=$(hostname -i)
mkdir -p "$logs" /var/lib/cni
declare -A component

start() { # NAME COMMAND…
  local name=$1
  shift
  "$@" > "$logs/$name.log" 2>&1 &
  component[$!]=$name
}

await() { # SECONDS COMMAND…   resolves when the command succeeds
  local until=$((SECONDS + $1))
  shift
  until "$@" > /dev/null 2>&1; do
    if [ "$SECONDS" -ge "$until" ]; then
      echo "gave up waiting for: $*; the last lines of all logs:" >&2
      tail --lines=5 "$logs"/*.log >&2
      return 1
    fi
    sleep 0.2
  done
}

listens() { # PORT
  : < "/dev/tcp/127.0.0.1/$1"
}

# Control groups of pods stand in the machine's tree, below one of this container's own: two nodes do not see each other's.
group=fhirdrill-node-$(hostname)
make_group() {
  local controller
  # The second version of control groups has not been tried.
  if [ -e /sys/fs/cgroup/cgroup.controllers ]; then
    for controller in $(cat /sys/fs/cgroup/cgroup.controllers); do
      echo "+$controller" > /sys/fs/cgroup/cgroup.subtree_control
    done
    mkdir "/sys/fs/cgroup/$group"
    return
  fi
  for controller in /sys/fs/cgroup/*/; do
    [ -L "${controller%/}" ] || [ ! -e "$controller/cgroup.clone_children" ] || mkdir "$controller$group"
  done
}

# Pods end with their node's container, but not their control groups.
remove_groups() { # NODE'S GROUP
  find /sys/fs/cgroup -depth -type d -path "/sys/fs/cgroup*/$1*" -exec rmdir {} + 2> /dev/null || true
  ! compgen -G "/sys/fs/cgroup/*/$1" > /dev/null && [ ! -e "/sys/fs/cgroup/$1" ]
}

# Of a node that was killed, nobody removes them. A living one has a process in its own.
remove_dead_groups() {
  local dead processes
  find /sys/fs/cgroup -maxdepth 2 -type d -name 'fhirdrill-node-*' -printf '%f\n' | sort --unique | while read -r dead; do
    processes=$(find /sys/fs/cgroup -path "/sys/fs/cgroup*/$dead*" -name cgroup.procs -exec cat {} + 2> /dev/null || true)
    [ -n "$processes" ] || remove_groups "$dead" || true
  done
}

stop() {
  trap '' TERM INT
  # All but this one; what runs in pods is killed as well, since it is in this container's process namespace.
  kill -KILL -1 2> /dev/null || true
  await 5 remove_groups "$group" || true
  exit 0
}
trap stop TERM INT
remove_dead_groups
make_group
alive=/sys/fs/cgroup/pids/$group/alive
[ -d /sys/fs/cgroup/pids ] || alive=/sys/fs/cgroup/$group/alive
mkdir "$alive"
sleep infinity &
echo "$!" > "$alive/cgroup.procs"

# The kubelet wants these, and would set them for the whole machine: it is shown files that have them already.
setting() { # PATH VALUE
  [ -e "/proc/sys/$1" ] || return 0
  mkdir -p /run/settings
  echo "$2" > "/run/settings/${1//\//.}"
  mount --bind "/run/settings/${1//\//.}" "/proc/sys/$1"
}
setting vm/overcommit_memory 1
setting vm/panic_on_oom 0
setting kernel/panic 10
setting kernel/panic_on_oops 1
setting kernel/keys/root_maxkeys 1000000
setting kernel/keys/root_maxbytes 25000000
# Volumes that are mounted into pods must be seen there.
mount --make-rshared /
echo 1 > /proc/sys/net/ipv4/ip_forward

# One certificate, which is its own authority, and one user, who may do everything.
names=DNS:kubernetes,DNS:kubernetes.default,DNS:kubernetes.default.svc,DNS:kubernetes.default.svc.cluster.local,DNS:localhost
openssl req -x509 -newkey ec -pkeyopt ec_paramgen_curve:prime256v1 -noenc -days 30 -subj /CN=kubernetes \
  -addext "subjectAltName=$names,IP:10.96.0.1,IP:127.0.0.1,IP:$address" \
  -keyout "$own/server.key" -out "$own/server.crt" 2> /dev/null
openssl genrsa -out "$own/accounts.key" 2048 2> /dev/null
token=$(openssl rand -hex 24)
echo "$token,admin,admin,system:masters" > "$own/tokens.csv"
cat > "$own/admin.conf.new" <<END
apiVersion: v1
kind: Config
clusters:
  - name: node
    cluster:
      server: https://$address:6443
      certificate-authority-data: $(base64 --wrap=0 "$own/server.crt")
users:
  - name: admin
    user: { token: $token }
contexts:
  - name: node
    context: { cluster: node, user: admin }
current-context: node
END
chmod 0600 "$own/admin.conf.new"

# What pods of an earlier node left in the volume that its images are kept in. While containerd does not serve the kubelet, it
# does not take them up again.
forget() {
  containerd --config <(printf 'version = 2\ndisabled_plugins = ["io.containerd.grpc.v1.cri"]\n') > "$logs/forget.log" 2>&1 &
  local cleaning=$!
  await 30 ctr version
  ctr --namespace k8s.io containers list --quiet | xargs --no-run-if-empty ctr --namespace k8s.io containers delete
  kill "$cleaning"
  wait "$cleaning" || true
}
[ ! -e /var/lib/containerd/io.containerd.metadata.v1.bolt/meta.db ] || forget

start containerd containerd --config "$own/containerd.toml"
# No node outlives its container, so a disk's delay would serve nobody.
start etcd etcd --unsafe-no-fsync --data-dir=/var/lib/etcd-node --log-level=warn
await 30 listens 2379
start kube-apiserver kube-apiserver --etcd-servers=http://127.0.0.1:2379 --advertise-address="$address" --allow-privileged \
  --kubelet-preferred-address-types=InternalIP \
  --authorization-mode=RBAC --token-auth-file="$own/tokens.csv" --service-cluster-ip-range=10.96.0.0/16 \
  --tls-cert-file="$own/server.crt" --tls-private-key-file="$own/server.key" \
  --service-account-issuer=https://kubernetes.default.svc.cluster.local \
  --service-account-key-file="$own/accounts.key" --service-account-signing-key-file="$own/accounts.key"

await 30 ctr version
ctr --namespace k8s.io images import /usr/local/share/pause.tar > "$logs/pause.log"

await 60 kubectl --kubeconfig="$own/admin.conf.new" get --raw /readyz
mv "$own/admin.conf.new" "$own/admin.conf"
export KUBECONFIG="$own/admin.conf"
start kube-controller-manager kube-controller-manager --kubeconfig="$KUBECONFIG" --leader-elect=false \
  --cluster-cidr=10.244.0.0/16 --service-account-private-key-file="$own/accounts.key" --root-ca-file="$own/server.crt"
start kube-scheduler kube-scheduler --kubeconfig="$KUBECONFIG" --leader-elect=false
start kubelet kubelet --config="$own/kubelet.yaml" --kubeconfig="$KUBECONFIG" --hostname-override=node --node-ip="$address" \
  --cgroup-root="/$group"
start kube-proxy kube-proxy --config="$own/proxy.yaml"
start coredns coredns -conf "$own/Corefile"

# Nothing makes volumes here: these are for whoever claims one and names no class.
for number in $(seq 20); do
  mkdir --mode=0777 --parents "/var/volumes/$number"
  cat <<END
---
apiVersion: v1
kind: PersistentVolume
metadata: { name: volume-$number }
spec:
  capacity: { storage: 10Gi }
  accessModes: [ReadWriteOnce]
  hostPath: { path: /var/volumes/$number }
END
done | kubectl apply --filename=- > "$logs/volumes.log"

wait -n -p ended || status=$?
echo "${component[$ended]:-a component} ended with ${status:-0}; its last lines:" >&2
tail --lines=20 "$logs/${component[$ended]}.log" >&2
exit 70
