#!/bin/sh
# Inside namespaces of its own: a systemd that knows no unit but ours, on a root that nobody can write to.
# That is what keeps this machine as it is: the units that systemd ships would empty /tmp, set sysctls and more.
# Arguments: uid, home of the account, folder with passwd, group and units, what is mounted at `<home>/openclaw`, the
# repository: its runner of tests keeps files of its own there, in this view of it alone.
set -eu
uid=$1 home=$2 work=$3 openclaw=$4 repository=$5
mount --make-rprivate /
mount -t cgroup2 cgroup2 /sys/fs/cgroup
mount --bind "$work" "$work"
mount -o remount,bind,ro "$work"
mount --bind "$home" "$home"
mount -o remount,bind,rw "$home"
if [ -n "$openclaw" ]; then
  mount --bind "$openclaw" "$home/openclaw"
  mount -o remount,bind,ro "$home/openclaw"
fi
mount --bind "$work/passwd" /etc/passwd
mount --bind "$work/group" /etc/group
for folder in /run /tmp /var/log /var/lib/systemd /root; do mount -t tmpfs -o mode=755 tmpfs "$folder"; done
chmod 1777 /tmp
mkdir -p /run/view/upper /run/view/work
mount -t overlay overlay -o "lowerdir=$repository,upperdir=/run/view/upper,workdir=/run/view/work" "$repository"
chown "$uid" "$repository/node_modules"
for folder in .vitest .vitest-cache .vite .vite-temp; do rm -rf "$repository/node_modules/$folder"; done
mkdir -p /run/systemd/system /run/dbus /run/lock /var/lib/systemd/linger
: > /var/lib/systemd/linger/member
mount --bind /proc/sys /proc/sys
for folder in /proc/sys /dev /sys /; do mount -o remount,bind,ro "$folder"; done
ip link set lo up
for path in /etc /usr /var/tmp /dev; do
  if touch "$path/.perdure-test-write" 2> /dev/null; then
    rm -f "$path/.perdure-test-write"
    echo "$path can be written to, so no systemd is started" >&2
    exit 1
  fi
done
exec env -i container=perdure-test "SYSTEMD_UNIT_PATH=$work/units" PATH=/usr/bin:/bin:/usr/sbin:/sbin \
  /lib/systemd/systemd --system --log-target=console --log-level=notice --show-status=no
