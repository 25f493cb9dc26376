package org.buckytools.protocol.transfer;

import com.github.luben.zstd.util.Native;
import java.util.EnumSet;
import java.util.Optional;
import java.util.Set;

/** How a chunk can be stored in a stream of files, other than plainly. A receiver says which of these it takes. */
public enum ChunkEncoding {
    /**
     * Points split into columns, then zstd. Points of a Whisper file begin 4 bytes behind a multiple of 12 (behind a header of 16
     * bytes and 12 an archive), so the offset alone says where in a chunk they do. Decompressed, it is: the bytes before the
     * first whole point, those behind the last one, the times as differences to the time before (0 before the first) in 4
     * planes, the values in 8 planes; a plane is one byte of every point, the highest byte's plane first.
     */
    POINTS("zstd-points", FileStreamFormat.POINTS);

    private final String wireName;
    private final byte mark;

    ChunkEncoding(String wireName, byte mark) {
        this.wireName = wireName;
        this.mark = mark;
    }

    /** Its name in requests. */
    public String wireName() {
        return wireName;
    }

    /** A chunk's first byte. */
    byte mark() {
        return mark;
    }

    /**
     * Those that this machine can do. zstd's native library is unpacked into the temporary directory at first use, and not every
     * machine lets programs be there; chunks then go plain.
     */
    public static Set<ChunkEncoding> usable() {
        return Library.LOADED ? EnumSet.allOf(ChunkEncoding.class) : EnumSet.noneOf(ChunkEncoding.class);
    }

    /** Tried once, when it is first asked for. */
    private static final class Library {
        static final boolean LOADED = load();

        private static boolean load() {
            try {
                Native.load();
                return true;
            } catch (LinkageError e) {
                // Nothing is lost but speed on slow links.
                return false;
            }
        }
    }

    /** The one of this name; empty for one that came after this program. */
    public static Optional<ChunkEncoding> ofWire(String name) {
        for (ChunkEncoding encoding : values()) {
            if (encoding.wireName.equals(name)) {
                return Optional.of(encoding);
            }
        }
        return Optional.empty();
    }
}
