package org.buckytools.cli.option;

import java.io.BufferedInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import org.buckytools.cli.UserFacingException;
import org.buckytools.cli.task.Renames;
import org.buckytools.protocol.json.Json;
import org.buckytools.protocol.json.MalformedMessageException;

/** Reads a file of old and new names: one JSON object, a field for each old name with the new one as its value. */
public final class RenameFile {
    private static final String STANDARD_INPUT = "-";

    private RenameFile() {}

    /**
     * Reads and checks it.
     *
     * @param file its path; {@code -} for {@code in}
     */
    public static Renames read(String file, InputStream in) throws UserFacingException {
        Renames.Builder renames = new Renames.Builder();
        try {
            if (file.equals(STANDARD_INPUT)) {
                Json.readTextFields(in, "standard input", renames::add);
            } else {
                try (InputStream open = new BufferedInputStream(Files.newInputStream(Path.of(file)))) {
                    Json.readTextFields(open, file, renames::add);
                }
            }
        } catch (MalformedMessageException e) {
            throw UserFacingException.usage(
                    e.getMessage(), "It must be a JSON object of names: {\"old.name\": \"new.name\", ...}.");
        } catch (NoSuchFileException e) {
            throw UserFacingException.usage("there is no file " + file, "");
        } catch (InvalidPathException e) {
            throw UserFacingException.usage("cannot read " + file + ": " + e.getReason(), "");
        } catch (IOException e) {
            throw UserFacingException.usage("cannot read " + file + ": " + FileFault.of(e), "");
        }
        return renames.build();
    }
}
