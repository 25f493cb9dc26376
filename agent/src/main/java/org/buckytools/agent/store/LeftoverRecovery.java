package org.buckytools.agent.store;

/**
 * Puts in order what a killed process left behind. An inventory's walk calls it, from several threads at once.
 */
public interface LeftoverRecovery {
    /** For a walk that recovers nothing. */
    LeftoverRecovery NONE = new LeftoverRecovery() {
        @Override
        public void leftoversIn(String directory) {}

        @Override
        public void walkCompleted() {}
    };

    /**
     * A directory holds hidden names of this program.
     *
     * @param directory relative to the root, {@code a/b}; empty for the root itself
     */
    void leftoversIn(String directory);

    /** Every directory has been looked at; those with leftovers were reported before. */
    void walkCompleted();
}
