package org.buckytools.agent.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.CodingErrorAction;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a request line asks for, taken apart exactly as PROTOCOL says and no further: {@code ;} starts no path parameter, {@code +}
 * is a plus in the path and a space in the query, and no dot segment is resolved.
 *
 * @param rawPath as it was sent, still encoded
 * @param rawQuery as it was sent, without the question mark
 */
record RequestTarget(String rawPath, Optional<String> rawQuery) {

    /** The query's parameters, decoded; the first counts where one occurs twice, as in Go. */
    Map<String, String> queryParameters() throws BadRequestException {
        return parameters(rawQuery.orElse(""));
    }

    /** The parameters of a query or a form. */
    static Map<String, String> parameters(String encoded) throws BadRequestException {
        Map<String, String> parameters = new LinkedHashMap<>();
        for (String pair : encoded.split("&", -1)) {
            if (!pair.isEmpty()) {
                int equals = pair.indexOf('=');
                String name = equals < 0 ? pair : pair.substring(0, equals);
                String value = equals < 0 ? "" : pair.substring(equals + 1);
                parameters.putIfAbsent(decode(name.replace('+', ' ')), decode(value.replace('+', ' ')));
            }
        }
        return parameters;
    }

    /**
     * Resolves percent-escapes.
     *
     * @throws BadRequestException if an escape is broken, or what comes out is not UTF-8
     */
    static String decode(String encoded) throws BadRequestException {
        if (encoded.indexOf('%') < 0) {
            return encoded;
        }
        byte[] source = encoded.getBytes(StandardCharsets.UTF_8);
        ByteBuffer decoded = ByteBuffer.allocate(source.length);
        for (int i = 0; i < source.length; i++) {
            if (source[i] != '%') {
                decoded.put(source[i]);
                continue;
            }
            int high = i + 2 < source.length ? Character.digit(source[i + 1], 16) : -1;
            int low = i + 2 < source.length ? Character.digit(source[i + 2], 16) : -1;
            if (high < 0 || low < 0) {
                throw new BadRequestException("a broken %-escape at byte " + i + " of " + encoded);
            }
            decoded.put((byte) (high << 4 | low));
            i += 2;
        }
        try {
            return StandardCharsets.UTF_8
                    .newDecoder()
                    .onMalformedInput(CodingErrorAction.REPORT)
                    .decode(decoded.flip())
                    .toString();
        } catch (CharacterCodingException e) {
            throw new BadRequestException("not UTF-8: " + encoded, e);
        }
    }
}
