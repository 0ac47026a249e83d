#!/bin/busybox sh
# The first process: mounts the layers of extensions.yaml over the root, the first one on top, and goes on there.
set -e
/bin/busybox mkdir -p /sbin /usr/bin /usr/sbin
/bin/busybox --install -s
mount -t proc proc /proc
mount -t sysfs sys /sys
mount -t devtmpfs dev /dev
for module in loop squashfs overlay; do
  insmod /lib/modules/$module.ko
done
mount -t tmpfs run /run
mkdir -p /run/layers /system
layers=
number=0
mount_layer() {
  mkdir /run/layers/$number
  mount -t squashfs -o loop,ro "$1" /run/layers/$number
  layers=$layers${layers:+:}/run/layers/$number
  number=$((number + 1))
}
if [ -e /extensions.yaml ]; then
  for image in $(sed -n 's/^    - image: //p' /extensions.yaml); do
    mount_layer "/$image"
  done
fi
mount_layer /rootfs.sqsh
mkdir /run/upper /run/work
mount -t overlay -o lowerdir="$layers",upperdir=/run/upper,workdir=/run/work root /system
mkdir -p /system/run/lab
[ ! -e /extensions.yaml ] || cp /extensions.yaml /system/run/lab/
echo "$layers" > /system/run/lab/layers
for directory in dev proc sys; do
  mount --move /$directory /system/$directory
done
exec switch_root /system /sbin/init
