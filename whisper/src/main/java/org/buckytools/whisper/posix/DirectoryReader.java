package org.buckytools.whisper.posix;

import static java.lang.foreign.ValueLayout.JAVA_BYTE;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import java.io.IOException;
import java.lang.foreign.Arena;
import java.lang.foreign.MemorySegment;
import java.nio.file.Path;

/**
 * Goes through a directory's entries with their types, which most file systems tell without a {@code stat} per file.
 *
 * <p>Names are bytes, as on disk; whether they are UTF-8 is for the caller to find out. {@code .} and {@code ..} are left
 * out; the order is that of the file system. A reader belongs to the thread that opened it, closing included.
 *
 * <pre>{@code
 * try (DirectoryReader reader = DirectoryReader.open(folder)) {
 *     while (reader.next()) {
 *         use(reader.name(), reader.type());
 *     }
 * }
 * }</pre>
 */
public final class DirectoryReader implements AutoCloseable {
    // Most directories have few entries, a store can have as many directories as files, and new memory has to be
    // cleared.
    private static final int FIRST_BUFFER_BYTES = 4 * 1024;
    // Hundreds of entries a call; the C library uses as much.
    private static final int BUFFER_BYTES = 32 * 1024;

    // struct linux_dirent64; both architectures that are supported are little-endian.
    private static final int INODE = 0;
    private static final int RECORD_LENGTH = 16;
    private static final int TYPE = 18;
    private static final int NAME = 19;

    private final Descriptor directory;
    private final Memory memory;
    private final boolean closesMemory;
    private byte[] bytes;
    private int entry;
    private int nextEntry;
    private int end;
    private int nameLength;

    private DirectoryReader(Descriptor directory) {
        this(directory, new Memory(FIRST_BUFFER_BYTES), true);
    }

    private DirectoryReader(Descriptor directory, Memory memory, boolean closesMemory) {
        this.directory = directory;
        this.memory = memory;
        this.closesMemory = closesMemory;
        this.bytes = memory.bytes;
    }

    /**
     * What directories are read into, for those who read thousands: for one after the other, by the thread that made it, which
     * closes it too.
     */
    public static final class Memory implements AutoCloseable {
        private final Arena arena = Arena.ofConfined();
        private MemorySegment buffer;
        // The names are looked at byte by byte, which is several times as fast in an array.
        private byte[] bytes;

        /** Takes the memory, as much as large directories want. */
        public Memory() {
            this(BUFFER_BYTES);
        }

        private Memory(int size) {
            buffer = arena.allocate(size, Long.BYTES);
            bytes = new byte[size];
        }

        private boolean isSmall() {
            return bytes.length < BUFFER_BYTES;
        }

        private void grow() {
            buffer = arena.allocate(BUFFER_BYTES, Long.BYTES);
            bytes = new byte[BUFFER_BYTES];
        }

        /** Gives the memory back. Closing twice does nothing. */
        @Override
        public void close() {
            if (arena.scope().isAlive()) {
                arena.close();
            }
        }
    }

    /**
     * Opens a directory, or the one that a symbolic link leads to.
     *
     * @throws PosixException with {@link Errno#ENOTDIR} if it is none
     */
    public static DirectoryReader open(Path path) throws PosixException {
        return new DirectoryReader(Descriptor.open(path, OpenFlag.DIRECTORY));
    }

    /**
     * Opens the directory of the current entry, not following a symbolic link.
     *
     * @throws PosixException with {@link Errno#ENOTDIR} or {@link Errno#ELOOP} if it is no directory (any more)
     */
    public DirectoryReader openEntry() throws IOException {
        return open(directory, name());
    }

    /**
     * Opens an entry of an open directory, not following a symbolic link.
     *
     * @param name as the directory has it, byte for byte
     */
    public static DirectoryReader open(Descriptor parent, byte[] name) throws IOException {
        return new DirectoryReader(Descriptor.openAt(parent, name, OpenFlag.DIRECTORY, OpenFlag.NO_FOLLOW));
    }

    /** Reads a directory that is open already, once, and closes it in the end, but not the memory. */
    public static DirectoryReader of(Descriptor directory, Memory memory) {
        return new DirectoryReader(directory, memory, false);
    }

    /**
     * Goes to the next entry.
     *
     * @return false if there is none
     */
    public boolean next() throws IOException {
        do {
            if (nextEntry >= end && !fill()) {
                return false;
            }
            entry = nextEntry;
            nextEntry += (bytes[entry + RECORD_LENGTH] & 0xff) | (bytes[entry + RECORD_LENGTH + 1] & 0xff) << 8;
            int nameEnd = entry + NAME;
            while (bytes[nameEnd] != 0) {
                nameEnd++;
            }
            nameLength = nameEnd - entry - NAME;
        } while (isSelfOrParent());
        return true;
    }

    private boolean fill() throws IOException {
        if (end > bytes.length / 2 && memory.isSmall()) {
            memory.grow();
            bytes = memory.bytes;
        }
        int read = Libc.getdents64(directory.number(), memory.buffer);
        if (read < 0) {
            throw new PosixException("getdents64", directory.path(), -read);
        }
        MemorySegment.copy(memory.buffer, JAVA_BYTE, 0, bytes, 0, read);
        nextEntry = 0;
        end = read;
        return read > 0;
    }

    private boolean isSelfOrParent() {
        return nameByte(0) == '.' && (nameLength == 1 || (nameLength == 2 && nameByte(1) == '.'));
    }

    /** The name of the current entry, a new array. */
    public byte[] name() {
        byte[] name = new byte[nameLength];
        copyName(name, 0);
        return name;
    }

    /** Length of the current entry's name in bytes, at most 255. */
    public int nameLength() {
        return nameLength;
    }

    /** A byte of the current entry's name, which is followed by a zero byte. */
    public byte nameByte(int index) {
        return bytes[entry + NAME + index];
    }

    /** Puts the current entry's name into an array, {@link #nameLength} bytes from {@code at}. */
    public void copyName(byte[] into, int at) {
        System.arraycopy(bytes, entry + NAME, into, at, nameLength);
    }

    /** What the current entry is; {@link FileType#UNKNOWN} on file systems that keep it elsewhere. */
    public FileType type() {
        return FileType.ofDirectoryEntry(bytes[entry + TYPE]);
    }

    /** The inode number of the current entry. */
    public long inode() {
        return memory.buffer.get(JAVA_LONG, entry + INODE);
    }

    /** The open directory, for {@link FileStatus#ofEntry}. */
    public Descriptor directory() {
        return directory;
    }

    /** Closes the directory. Closing twice does nothing. */
    @Override
    public void close() throws PosixException {
        if (closesMemory) {
            memory.close();
        }
        directory.close();
    }
}
