package dev.tegula.file;

import org.jspecify.annotations.Nullable;

/**
 * What is asked of a file before it is read: all differences between kinds of files with secrets stand here.
 *
 * @param privateMode whether group and others must have no right at all
 * @param plain whether it must be a plain file, of which one state is read even if it is replaced meanwhile; a pipe is none
 * @param link whether its name may be a symbolic link; its target is checked. Folders on the way may be links always
 * @param owner the id of the user it must belong to; null for any
 * @param maximumBytes it is not read further
 */
public record FileDemands(
        boolean privateMode,
        boolean plain,
        boolean link,
        @Nullable Long owner,
        int maximumBytes) {

    private static final int SECRET_BYTES = 64 << 10;

    /** A secret that an operator's configuration names: any owner, perhaps a link or a pipe. */
    public static FileDemands secret() {
        return new FileDemands(true, false, true, null, SECRET_BYTES);
    }

    /**
     * A secret that a platform mounts: in any mode, since Kubernetes mounts secrets as 0644 and keeps others out by the
     * container.
     */
    public static FileDemands mounted() {
        return new FileDemands(false, false, true, null, SECRET_BYTES);
    }

    /** A plain file of one user, perhaps behind a link. */
    public static FileDemands ownedBy(long uid, int maximumBytes) {
        return new FileDemands(true, true, true, uid, maximumBytes);
    }

    /** The same, and not behind a link: replacing the file would replace the link and leave the old content behind. */
    public FileDemands withoutLink() {
        return new FileDemands(privateMode, plain, false, owner, maximumBytes);
    }
}
