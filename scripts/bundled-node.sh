# Sourced by the scripts of package.json, from the root of the repository: puts the Node that `npm install` brought first on PATH,
# so that everything after it, children included, runs on that one whichever npm and Node the user has.

. ./packages/perdure/bin/find-node.sh
find_node "$PWD"
if [ -z "$found_node" ]; then
  echo 'perdure: the Node of this repository is not installed; run `npm install` without `--omit=optional`, on Linux or macOS.' >&2
  exit 1
fi
PATH=${found_node%/*}:$PATH
export PATH
