package dev.tegula.file;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Map;
import java.util.Objects;

/**
 * What the file system says about a file. Two equal states around a read mean that the read saw one
 * whole file, because Java cannot ask an open file for its owner and mode.
 */
record FileState(long device, long inode, int mode, int uid, long sizeBytes, FileTime modified, FileTime changed) {

    private static final int TYPE_MASK = 0170000;
    private static final int TYPE_REGULAR = 0100000;
    private static final int TYPE_LINK = 0120000;
    private static final int PERMISSION_MASK = 07777;

    /**
     * Asks for the state.
     *
     * @param follow whether a link is followed; else the state is that of the link itself
     * @throws UnsupportedOperationException if the file system has no POSIX owner and mode
     */
    static FileState of(Path path, boolean follow) throws IOException {
        LinkOption[] links = follow ? new LinkOption[0] : new LinkOption[] {LinkOption.NOFOLLOW_LINKS};
        Map<String, Object> raw =
                Files.readAttributes(path, "unix:dev,ino,mode,uid,size,lastModifiedTime,ctime", links);
        return new FileState(
                (Long) value(raw, "dev"),
                (Long) value(raw, "ino"),
                (Integer) value(raw, "mode"),
                (Integer) value(raw, "uid"),
                (Long) value(raw, "size"),
                (FileTime) value(raw, "lastModifiedTime"),
                (FileTime) value(raw, "ctime"));
    }

    private static Object value(Map<String, Object> raw, String name) {
        return Objects.requireNonNull(raw.get(name), name);
    }

    boolean regular() {
        return (mode & TYPE_MASK) == TYPE_REGULAR;
    }

    boolean link() {
        return (mode & TYPE_MASK) == TYPE_LINK;
    }

    /** Whether group or others have any right. */
    boolean openToOthers() {
        return (mode & 077) != 0;
    }

    /** The permission bits as {@code chmod} takes them. */
    String permissions() {
        return String.format("%04o", mode & PERMISSION_MASK);
    }
}
