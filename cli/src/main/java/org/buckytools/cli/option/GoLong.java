package org.buckytools.cli.option;

import org.buckytools.protocol.commandline.GoIntegers;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.TypeConversionException;

/** Reads whole numbers in the spellings that Go takes. */
public final class GoLong implements ITypeConverter<Long> {
    @Override
    public Long convert(String value) {
        try {
            return GoIntegers.parse(value);
        } catch (IllegalArgumentException e) {
            throw new TypeConversionException(e.getMessage());
        }
    }
}
