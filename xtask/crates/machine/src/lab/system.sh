#!/bin/busybox sh
# The system itself: says that it is up, what it is made of and what was measured. `lab.load=NAME[,NAME]` loads modules,
# `lab.poweroff` ends it there.
/bin/busybox mkdir -p /bin /sbin /usr/bin /usr/sbin
/bin/busybox --install -s
export PATH=/usr/local/bin:/bin:/sbin:/usr/bin:/usr/sbin
echo "lab: layers $(cat /run/lab/layers)"
find /usr/local -type f | sort | while read -r file; do
  echo "lab: file $(sha256sum "$file")"
done
index=/lib/modules/$(uname -r)/modules.dep
if [ -e "$index" ]; then
  echo "lab: modules $(sha256sum < "$index")"
fi
for word in $(cat /proc/cmdline); do
  case $word in
    lab.load=*)
      for module in $(echo "${word#lab.load=}" | tr , ' '); do
        modprobe "$module" && echo "lab: loaded $module, $(grep -c . /proc/modules) modules"
      done
      ;;
  esac
done
register=/sys/class/tpm/tpm0/pcr-sha256/11
if [ -e $register ]; then
  echo "lab: PCR 11 $(tr A-F a-f < $register)"
fi
echo "lab: up, Linux $(uname -r)"
if grep -qw lab.poweroff /proc/cmdline; then
  poweroff -f
fi
while true; do
  setsid cttyhack sh || sleep 1
done
