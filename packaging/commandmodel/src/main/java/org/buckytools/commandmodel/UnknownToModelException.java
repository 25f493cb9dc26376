package org.buckytools.commandmodel;

import java.io.Serial;
import javax.lang.model.element.Element;

/** Something is annotated in a way that no code is made for. */
final class UnknownToModelException extends Exception {
    @Serial
    private static final long serialVersionUID = 1L;

    private final transient Element element;

    UnknownToModelException(Element element, String message) {
        super(message);
        this.element = element;
    }

    /** What is annotated so. */
    Element element() {
        return element;
    }
}
