# Puts together what program.sh runs, out of what Maven built; read after program.sh by bin/launch of a checkout and by
# packaging/build. Uses the same variables, and checkout, the folder of the sources.

# Fills $app with the jars of both modules, their class paths and the help texts.
assemble() {
    mkdir -p "$app/lib"
    for part in cli agent; do
        # The cache knows a jar by its time.
        cp -p "$checkout/$part/target/app"/*.jar "$app/lib"
        (cd "$checkout/$part/target/app" && echo *.jar) >"$app/classpath.$part"
    done
    find_classpath cli
    # shellcheck disable=SC2086 # the options are meant to be split
    "$java" $jvm -cp "$classpath" org.buckytools.cli.HelpFilesMain "$app/help"
}

# Makes the start-up caches: programs are run, their processes record what they load, and that is stored.
train() {
    record=$app/record
    mkdir -p "$record"
    if train_client moves && train_client deletes && train_client archives && train_client looks && train_client files \
        && store_cache agent agent "$jvm_buckyd"; then
        rm -rf "$record"
    else
        rm -rf "$record"
        return 1
    fi
}

# Cache $1 of those that program.sh knows. The daemons of moves record as well, what they load for looks is among that.
train_client() {
    daemons=
    [ "$1" != moves ] || daemons=$record
    find_classpath cli
    kind=$1
    # shellcheck disable=SC2086 # the options are meant to be split
    set -- "$java" $jvm $jvm_short -Dbuckytools.home="$home"
    # One JVM sets up what another one, which records, works with.
    LC_ALL=C.UTF-8 BUCKYTOOLS_RECORD=$daemons "$@" -cp "$classpath" org.buckytools.cli.TrainingMain "$kind" \
        "$@" -XX:AOTMode=record -XX:AOTConfiguration="$record/$kind.aotconf" -cp "$classpath" </dev/null \
        && store_cache "$kind" cli "$jvm_short -XX:-AOTRecordTraining"
}

# Cache $1 of module $2 with options $3. Of the daemons' records it takes the largest, which is one of a daemon that sent and received.
store_cache() {
    # shellcheck disable=SC2012 # the names are ours
    largest=$(ls -S "$record/$1"*.aotconf | head -n 1)
    find_classpath "$2"
    # shellcheck disable=SC2086 # the options are meant to be split
    "$java" $jvm $3 -XX:AOTMode=create -XX:AOTConfiguration="$largest" -XX:AOTCache="$app/$1.aot.new" \
        -cp "$classpath" && mv "$app/$1.aot.new" "$app/$1.aot"
}
