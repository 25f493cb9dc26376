package org.buckytools.protocol;

import java.util.List;

/** Takes names together with who should have them. */
public interface OwnedNameSink extends NameSink {
    /** The names that follow, until this is called again, should be on these hosts, in the ring's order; at least one. */
    void owners(List<String> hosts);
}
