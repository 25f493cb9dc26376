# Becomes one of the programs; read by bin/launch of a checkout and by that of an installation, which differ in where things are.
# They set, before they call run_program:
#   program  the name that was called
#   home     the folder whose bin/ has the programs
#   app      the folder with lib/ (jars), classpath.MODULE (names of jars in their order), help/ and CACHE.aot (start-up caches)
#   java     the JVM's program, where a JVM is needed

say() {
    printf '%s: %s\n' "$program" "$*" >&2
}

# Options of all programs. Errors of the JVM go to standard error, not into the output. A start-up cache is mapped where it was made
# for: elsewhere every pointer in it is changed first, which takes longer than all else until main. picocli looks for
# Groovy in every jar unless it is told that there is none, and so does Java for other kinds of channels.
jvm="-XX:+UseSerialGC -XX:-UsePerfData --enable-native-access=ALL-UNNAMED -Xlog:disable -Xlog:all=error:stderr \
    -XX:+UnlockDiagnosticVMOptions -XX:ArchiveRelocationMode=0 -Dpicocli.disable.closures=true \
    -Djava.nio.channels.spi.SelectorProvider=sun.nio.ch.EPollSelectorProvider"

# Compiled with C1 alone a daemon is at full speed at once, and smaller. It compiles what has run 20 times instead of 200, which
# its rehearsal sees to. Reading and writing files holds a carrier thread, so there are more of them than processors.
jvm_buckyd="-XX:TieredStopAtLevel=1 -XX:CompileThresholdScaling=0.1 -Xms16m -Xmx512m -Djdk.virtualThreadScheduler.parallelism=16"

# Short runs: what counts is the start. What was often called in training is not compiled before it is called often here.
jvm_short="-XX:TieredStopAtLevel=1 -Xmx256m -XX:-AOTReplayTraining"

# Sets module and main to those of the program.
find_main() {
    case $program in
        bucky) module=cli main=org.buckytools.cli.BuckyMain ;;
        buckyd) module=agent main=org.buckytools.agent.BuckydMain ;;
        bucky-fill) module=cli main=org.buckytools.cli.BuckyFillMain ;;
        bucky-isempty) module=cli main=org.buckytools.cli.BuckyIsEmptyMain ;;
        bucky-sparsify) module=cli main=org.buckytools.cli.BuckySparsifyMain ;;
        bucky-pickle-relay) module=cli main=org.buckytools.cli.PickleRelayMain ;;
        findhash) module=cli main=org.buckytools.cli.FindHashMain ;;
        gentestmetrics) module=cli main=org.buckytools.cli.GenTestMetricsMain ;;
        *)
            echo "launch: call it by the name of a program, such as bin/bucky or bin/buckyd" >&2
            exit 2
            ;;
    esac
}

# Sets cache to the name of the start-up cache for these arguments. A JVM loads all that its cache has before it begins, needed or
# not, so there is one for each kind of command.
find_cache() {
    case "$program ${1:-}" in
        buckyd\ *) cache=agent ;;
        "bucky tar" | "bucky restore") cache=archives ;;
        "bucky rebalance" | "bucky copy" | "bucky backfill" | "bucky backfill2" | "bucky demo") cache=moves ;;
        "bucky delete") cache=deletes ;;
        bucky\ *) cache=looks ;;
        *) cache=files ;;
    esac
}

# Sets classpath to that of module $1.
find_classpath() {
    read -r jars <"$app/classpath.$1"
    classpath=
    for jar in $jars; do
        classpath=$classpath${classpath:+:}$app/lib/$jar
    done
}

# Help and version need no JVM: they were printed into files when the programs were built.
print_text() {
    case "$program $# ${1:-}" in
        "bucky 1 --version" | "bucky 1 -version") text=version ;;
        "bucky 1 help" | "bucky 1 --help" | "bucky 1 -help" | "bucky 1 -h") text=bucky ;;
        "bucky 2 help") text=$2 ;;
        *) case "$program $# ${2:-}" in
            "bucky 2 --help" | "bucky 2 -help") text=$1 ;;
            *) return 0 ;;
        esac ;;
    esac
    case $text in
        "" | *[!a-z0-9]*) ;;
        *) [ ! -f "$app/help/$text.txt" ] || exec cat "$app/help/$text.txt" ;;
    esac
}

# Never returns.
run_program() {
    # Under LANG=C Java refuses file names that are not ASCII.
    export LC_ALL=C.UTF-8
    print_text "$@"
    find_main
    find_classpath "$module"
    case $program in
        buckyd) options="$jvm_buckyd ${BUCKYD_JAVA_OPTS:-}" ;;
        bucky-pickle-relay) options="-Xms16m -Xmx256m ${BUCKY_JAVA_OPTS:-}" ;;
        # Holds whole files in memory. Only the inner loops of fills are worth the second compiler: ten times its usual thresholds.
        bucky-fill) options="-XX:MaxRAMPercentage=50 -XX:Tier4InvocationThreshold=50000 -XX:Tier4MinInvocationThreshold=6000 \
            -XX:Tier4CompileThreshold=150000 -XX:Tier4BackEdgeThreshold=400000 ${BUCKY_JAVA_OPTS:-}" ;;
        *) options="$jvm_short ${BUCKY_JAVA_OPTS:-}" ;;
    esac
    if [ -n "${BUCKYTOOLS_RECORD:-}" ]; then
        options="$options -XX:AOTMode=record -XX:AOTConfiguration=$BUCKYTOOLS_RECORD/$module-$$.aotconf"
    else
        find_cache "$@"
        [ ! -f "$app/$cache.aot" ] || options="-XX:AOTCache=$app/$cache.aot $options"
    fi
    # shellcheck disable=SC2086 # the options are meant to be split
    exec "$java" $jvm $options -Dbuckytools.home="$home" -cp "$classpath" "$main" "$@"
}
