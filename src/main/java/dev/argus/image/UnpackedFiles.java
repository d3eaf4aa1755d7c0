package dev.argus.image;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.JarURLConnection;
import java.net.URISyntaxException;
import java.net.URL;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Set;
import java.util.jar.JarEntry;

/**
 * Files from the class path that native code wants by path, unpacked once and used by every process
 * of the same user.
 *
 * <p>Unpacking takes longer than all else that a node does at its start, processes share the memory
 * of a library that they load from one file, and a node that is killed leaves nothing behind but
 * what the next one uses. Each file lies in a directory named after its checksum and size, so that
 * versions do not mix.
 *
 * <p>What lies in the root is loaded as code, so it is used only if it belongs to this user and
 * nobody else may enter it; else a new directory of this process's own takes its place.
 */
public final class UnpackedFiles {
  private static final Set<PosixFilePermission> PRIVATE =
      PosixFilePermissions.fromString("rwx------");

  private final Path root;

  /** Files below a root, which is created when they are first asked for. */
  public UnpackedFiles(Path root) {
    this.root = root;
  }

  /** Files in the temporary directory, in a place of this user's own. */
  public static UnpackedFiles ofThisUser() {
    String user = System.getProperty("user.name").replaceAll("[^A-Za-z0-9._-]", "_");
    return new UnpackedFiles(Path.of(System.getProperty("java.io.tmpdir"), "argus-" + user));
  }

  /**
   * A directory that holds the resources, under their names without directories.
   *
   * <p>Resources that lie beside each other as plain files already are used where they are.
   *
   * @throws UncheckedIOException if there is no such resource or it cannot be written
   */
  public Path directoryOf(URL... resources) {
    try {
      if (resources[0].getProtocol().equals("file")) {
        return Path.of(resources[0].toURI()).getParent();
      }
      StringBuilder key = new StringBuilder();
      for (URL resource : resources) {
        JarEntry entry = entry(resource);
        key.append(
            "%s%08x-%d".formatted(key.isEmpty() ? "" : "-", entry.getCrc(), entry.getSize()));
      }
      Path parent = privateRoot();
      Path directory = Files.createDirectories(parent.resolve(key.toString()));
      for (URL resource : resources) {
        Path file = unpack(resource, directory);
        if (!parent.equals(root)) {
          // Of this process alone. Deleted in the reverse order.
          List.of(parent, directory, file).forEach(it -> it.toFile().deleteOnExit());
        }
      }
      return directory;
    } catch (IOException e) {
      throw new UncheckedIOException("Cannot unpack " + resources[0] + " below " + root, e);
    } catch (URISyntaxException e) {
      throw new IllegalArgumentException(e);
    }
  }

  private static Path unpack(URL resource, Path directory) throws IOException {
    JarEntry entry = entry(resource);
    Path file = directory.resolve(Path.of(entry.getName()).getFileName());
    if (Files.isRegularFile(file) && Files.size(file) == entry.getSize()) {
      return file;
    }
    // Written aside and moved into place at once: others may be starting at this moment.
    Path part = Files.createTempFile(directory, "unpacking", ".part");
    try (InputStream in = resource.openStream()) {
      Files.copy(in, part, StandardCopyOption.REPLACE_EXISTING);
      Files.move(part, file, StandardCopyOption.ATOMIC_MOVE);
    } finally {
      Files.deleteIfExists(part);
    }
    return file;
  }

  private static JarEntry entry(URL resource) throws IOException {
    return ((JarURLConnection) resource.openConnection()).getJarEntry();
  }

  private Path privateRoot() throws IOException {
    boolean posix = root.getFileSystem().supportedFileAttributeViews().contains("posix");
    FileAttribute<?>[] attributes =
        posix
            ? new FileAttribute<?>[] {PosixFilePermissions.asFileAttribute(PRIVATE)}
            : new FileAttribute<?>[0];
    try {
      Files.createDirectories(root.toAbsolutePath().getParent());
      return Files.createDirectory(root, attributes);
    } catch (FileAlreadyExistsException e) {
      return !posix || isPrivate() ? root : Files.createTempDirectory("argus-");
    }
  }

  private boolean isPrivate() throws IOException {
    if (!Files.isDirectory(root, LinkOption.NOFOLLOW_LINKS)
        || !Files.getPosixFilePermissions(root, LinkOption.NOFOLLOW_LINKS).equals(PRIVATE)) {
      return false;
    }
    // Root may enter anybody's directory: whose it is shows only beside a file of one's own.
    Path own = Files.createTempFile(root, "owner", ".part");
    try {
      return Files.getOwner(own).equals(Files.getOwner(root, LinkOption.NOFOLLOW_LINKS));
    } finally {
      Files.delete(own);
    }
  }
}
