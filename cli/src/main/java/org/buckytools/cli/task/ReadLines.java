package org.buckytools.cli.task;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.CharacterCodingException;
import java.util.ArrayList;
import java.util.List;
import org.buckytools.cli.UserFacingException;

/** Reads texts that stand one a line. */
public final class ReadLines {
    private ReadLines() {}

    /**
     * The lines without the white space around them, blank ones left out.
     *
     * @param what what is read, for a message
     */
    public static List<String> stripped(InputStream in, String what) throws UserFacingException {
        List<String> lines = new ArrayList<>();
        try {
            BufferedReader reader = new BufferedReader(new InputStreamReader(in, UTF_8.newDecoder()));
            for (String line; (line = reader.readLine()) != null; ) {
                String text = line.strip();
                if (!text.isEmpty()) {
                    lines.add(text);
                }
            }
        } catch (CharacterCodingException e) {
            throw UserFacingException.usage(
                    what + " is not UTF-8, somewhere behind line " + lines.size(), "Names of metrics are UTF-8.");
        } catch (IOException e) {
            throw UserFacingException.usage(what + " cannot be read: " + e.getMessage(), "");
        }
        return lines;
    }
}
