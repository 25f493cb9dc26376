package org.buckytools.commandmodel;

import java.io.IOException;
import java.io.Writer;
import java.util.LinkedHashSet;
import java.util.Set;
import javax.annotation.processing.AbstractProcessor;
import javax.annotation.processing.RoundEnvironment;
import javax.annotation.processing.SupportedAnnotationTypes;
import javax.lang.model.SourceVersion;
import javax.lang.model.element.Element;
import javax.lang.model.element.TypeElement;
import javax.tools.Diagnostic;

/** Makes the models of all classes with annotations of picocli. The compiler finds it by its name in {@code META-INF/services}. */
@SupportedAnnotationTypes("picocli.*")
public final class CommandModelProcessor extends AbstractProcessor {
    /** For the compiler. */
    public CommandModelProcessor() {}

    @Override
    public SourceVersion getSupportedSourceVersion() {
        return SourceVersion.latestSupported();
    }

    @Override
    public boolean process(Set<? extends TypeElement> annotations, RoundEnvironment round) {
        Set<Element> classes = new LinkedHashSet<>();
        for (TypeElement annotation : annotations) {
            for (Element annotated : round.getElementsAnnotatedWith(annotation)) {
                classes.add(annotated instanceof TypeElement ? annotated : annotated.getEnclosingElement());
            }
        }
        for (Element one : classes) {
            try {
                write(one);
            } catch (UnknownToModelException e) {
                processingEnv.getMessager().printMessage(Diagnostic.Kind.ERROR, e.getMessage(), e.element());
            } catch (IOException e) {
                processingEnv
                        .getMessager()
                        .printMessage(Diagnostic.Kind.ERROR, "its model cannot be written: " + e.getMessage(), one);
            }
        }
        return false;
    }

    private void write(Element annotated) throws UnknownToModelException, IOException {
        ModelSource source = ModelSource.of(annotated, processingEnv.getElementUtils(), processingEnv.getTypeUtils());
        try (Writer file = processingEnv
                .getFiler()
                .createSourceFile(source.name(), annotated)
                .openWriter()) {
            file.write(source.text());
        }
    }
}
