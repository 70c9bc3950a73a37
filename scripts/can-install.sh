# Run before an install: says in one sentence what would end in a stack trace, or in a package of a stranger. Only npm knows our
# lock file, which pins every byte; others ask the registry for the names of our own packages.

agent=${npm_config_user_agent:-}
case $agent in
  npm/* | '') ;;
  *)
    echo "perdure: ${agent%%/*} does not know the lock file of this repository; run \`npm install\` instead." >&2
    exit 1
    ;;
esac

version=$(node -p 'process.versions.node')
if [ "${version%%.*}" -lt 20 ]; then
  echo "perdure: this is Node $version, and npm needs Node 20 or newer to install Perdure (it brings the Node that it runs on); install one and run \`npm install\` again." >&2
  exit 1
fi
