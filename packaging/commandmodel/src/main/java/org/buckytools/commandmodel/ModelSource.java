package org.buckytools.commandmodel;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import javax.lang.model.element.AnnotationMirror;
import javax.lang.model.element.AnnotationValue;
import javax.lang.model.element.Element;
import javax.lang.model.element.ElementKind;
import javax.lang.model.element.ExecutableElement;
import javax.lang.model.element.Modifier;
import javax.lang.model.element.NestingKind;
import javax.lang.model.element.TypeElement;
import javax.lang.model.element.VariableElement;
import javax.lang.model.type.DeclaredType;
import javax.lang.model.type.PrimitiveType;
import javax.lang.model.type.TypeMirror;
import javax.lang.model.util.Elements;
import javax.lang.model.util.Types;

/** The source of the model of one class. */
final class ModelSource {
    private static final String PICOCLI = "picocli.CommandLine.";
    private static final String COMMAND = PICOCLI + "Command";
    private static final String OPTION = PICOCLI + "Option";
    private static final String PARAMETERS = PICOCLI + "Parameters";
    private static final String MIXIN = PICOCLI + "Mixin";

    /** Of a command's attributes, those for its help, which have a setter of their name. */
    private static final List<String> USAGE = List.of(
            "commandListHeading",
            "description",
            "exitCodeListHeading",
            "footer",
            "header",
            "sortOptions",
            "synopsisSubcommandLabel");

    /** Attributes of options and parameters, and what the builder calls them. */
    private static final Map<String, String> ARGUMENT = Map.of(
            "arity", "arity",
            "converter", "converters",
            "defaultValue", "defaultValue",
            "description", "description",
            "hideParamSyntax", "hideParamSyntax",
            "paramLabel", "paramLabel",
            "required", "required",
            "split", "splitRegex");

    private static final Map<String, String> ONLY_OPTION =
            Map.of("fallbackValue", "fallbackValue", "negatable", "negatable");

    private static final Map<String, String> ONLY_PARAMETERS = Map.of("index", "index");

    private final TypeElement type;
    private final Elements elements;
    private final Types types;

    /** Fields with values from the command line; the model knows each by its place here. */
    private final List<VariableElement> arguments = new ArrayList<>();

    private final StringBuilder body = new StringBuilder();

    private ModelSource(TypeElement type, Elements elements, Types types) {
        this.type = type;
        this.elements = elements;
        this.types = types;
    }

    /** Reads all that is annotated in a class. */
    static ModelSource of(Element annotated, Elements elements, Types types) throws UnknownToModelException {
        if (!(annotated instanceof TypeElement type)
                || type.getKind() != ElementKind.CLASS
                || type.getNestingKind() != NestingKind.TOP_LEVEL) {
            throw new UnknownToModelException(annotated, "only fields of top level classes can have a model");
        }
        ModelSource source = new ModelSource(type, elements, types);
        source.readSuperclasses();
        for (Element member : type.getEnclosedElements()) {
            source.read(member);
        }
        return source;
    }

    /** The class that is made. */
    String name() {
        return type.getQualifiedName() + "Model";
    }

    /** The nearest superclass with a model has the options of its own superclasses, too. */
    private void readSuperclasses() throws UnknownToModelException {
        TypeElement parent = superclass(type);
        while (parent != null) {
            if (annotation(parent, COMMAND).isPresent()) {
                throw new UnknownToModelException(type, "a command cannot inherit from another one");
            }
            if (parent.getEnclosedElements().stream().anyMatch(ModelSource::isAnnotated)) {
                line(parent.getQualifiedName() + "Model.addTo(command, object);");
                return;
            }
            parent = superclass(parent);
        }
    }

    /** Null for that of {@code Object}. */
    private TypeElement superclass(TypeElement one) {
        return (TypeElement) types.asElement(one.getSuperclass());
    }

    private static boolean isAnnotated(Element member) {
        return member.getAnnotationMirrors().stream()
                .anyMatch(mirror -> nameOf(mirror).startsWith(PICOCLI));
    }

    private static String nameOf(AnnotationMirror mirror) {
        return mirror.getAnnotationType().toString();
    }

    private static Optional<AnnotationMirror> annotation(Element element, String name) {
        return element.getAnnotationMirrors().stream()
                .filter(mirror -> nameOf(mirror).equals(name))
                .<AnnotationMirror>map(mirror -> mirror)
                .findFirst();
    }

    private void read(Element member) throws UnknownToModelException {
        if (!isAnnotated(member)) {
            return;
        }
        if (!(member instanceof VariableElement field)) {
            throw new UnknownToModelException(member, "only fields can be in a model");
        }
        if (field.getModifiers().contains(Modifier.PRIVATE)) {
            throw new UnknownToModelException(member, "a field that is set from the command line cannot be private");
        }
        for (AnnotationMirror mirror : member.getAnnotationMirrors()) {
            switch (nameOf(mirror)) {
                case OPTION -> readOption(field, mirror);
                case PARAMETERS -> readParameters(field, mirror);
                case MIXIN -> readMixin(field, mirror);
                case String name
                when name.startsWith(PICOCLI) ->
                    throw new UnknownToModelException(member, "models know nothing of " + name);
                default -> {}
            }
        }
    }

    private void readMixin(VariableElement field, AnnotationMirror mixin) throws UnknownToModelException {
        for (ExecutableElement attribute : mixin.getElementValues().keySet()) {
            throw unknown(field, attribute);
        }
        String name = "object." + field.getSimpleName();
        TypeMirror mixed = types.erasure(field.asType());
        if (!field.getModifiers().contains(Modifier.FINAL)) {
            line("if (" + name + " == null) {");
            line("    " + name + " = new " + mixed + "();");
            line("}");
        }
        line(mixed + "Model.addTo(command, " + name + ");");
    }

    private void readOption(VariableElement field, AnnotationMirror option) throws UnknownToModelException {
        String names = "";
        StringBuilder calls = new StringBuilder();
        for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> attribute :
                option.getElementValues().entrySet()) {
            String name = attribute.getKey().getSimpleName().toString();
            if (name.equals("names")) {
                names = code(attribute.getValue());
            } else {
                calls.append(call(field, attribute.getKey(), attribute.getValue(), ONLY_OPTION));
            }
        }
        argument(field, "Option", "OptionSpec.builder(" + names + ")", calls.toString());
    }

    private void readParameters(VariableElement field, AnnotationMirror parameters) throws UnknownToModelException {
        // What picocli takes from the annotation as it is, its builder wants to be told.
        String arity = isMany(field) ? "" : "1";
        StringBuilder calls = new StringBuilder();
        for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> attribute :
                parameters.getElementValues().entrySet()) {
            if (attribute.getKey().getSimpleName().contentEquals("arity")) {
                arity = attribute.getValue().getValue().toString();
            }
            calls.append(call(field, attribute.getKey(), attribute.getValue(), ONLY_PARAMETERS));
        }
        if (arity.isEmpty()) {
            throw new UnknownToModelException(field, "the arity of a list of parameters must be given");
        }
        boolean required = !arity.startsWith("0") && !arity.startsWith("*");
        argument(field, "Positional", "PositionalParamSpec.builder().required(" + required + ")", calls.toString());
    }

    /** Adds code for a field that is an option or takes parameters: {@code builder} with {@code calls}. */
    private void argument(VariableElement field, String kind, String builder, String calls)
            throws UnknownToModelException {
        String name = field.getSimpleName().toString();
        String simple = type.getSimpleName() + "Model";
        String model = "field" + arguments.size();
        String label = calls.contains(".paramLabel(")
                ? ""
                : ".paramLabel(" + elements.getConstantExpression("<" + name + ">") + ")";
        line(simple + " " + model + " = new " + simple + "(object, " + arguments.size() + ");");
        line("command.add" + kind + "(" + builder + calls + label + typeOf(field) + ".initialValue(object." + name
                + ").getter(" + model + ").setter(" + model + ").build());");
        arguments.add(field);
    }

    private String typeOf(VariableElement field) throws UnknownToModelException {
        TypeMirror whole = field.asType();
        String erased = ".type(" + types.erasure(whole) + ".class)";
        if (isMany(field)) {
            return erased + ".auxiliaryTypes("
                    + types.erasure(((DeclaredType) whole).getTypeArguments().getFirst()) + ".class)";
        }
        boolean isSimple = whole instanceof DeclaredType declared
                ? declared.getTypeArguments().isEmpty()
                        && !is(declared, "java.util.Collection")
                        && !is(declared, "java.util.Map")
                : whole.getKind().isPrimitive();
        if (!isSimple) {
            throw new UnknownToModelException(field, "models know nothing of fields of type " + whole);
        }
        return erased;
    }

    private boolean isMany(VariableElement field) {
        return field.asType() instanceof DeclaredType declared
                && declared.getTypeArguments().size() == 1
                && is(declared, "java.util.Collection");
    }

    private boolean is(DeclaredType one, String name) {
        return types.isAssignable(
                types.erasure(one), types.erasure(elements.getTypeElement(name).asType()));
    }

    private static String call(
            Element annotated, ExecutableElement attribute, AnnotationValue value, Map<String, String> others)
            throws UnknownToModelException {
        String name = attribute.getSimpleName().toString();
        String method = ARGUMENT.getOrDefault(name, others.get(name));
        if (method == null) {
            throw unknown(annotated, attribute);
        }
        return "." + method + "(" + code(value) + ")";
    }

    private static UnknownToModelException unknown(Element annotated, ExecutableElement attribute) {
        return new UnknownToModelException(
                annotated,
                "models know nothing of " + attribute.getSimpleName() + " of "
                        + attribute.getEnclosingElement().getSimpleName());
    }

    /** A value as arguments of a call: the elements of a list, and new objects for classes, as picocli makes them. */
    private static String code(AnnotationValue value) {
        return switch (value.getValue()) {
            case List<?> list ->
                list.stream().map(one -> code((AnnotationValue) one)).collect(Collectors.joining(", "));
            case TypeMirror made -> "new " + made + "()";
            default -> value.toString();
        };
    }

    private void line(String code) {
        body.append("        ").append(code).append('\n');
    }

    /** The whole file. */
    String text() throws UnknownToModelException {
        String simple = type.getSimpleName().toString();
        String visibility = type.getModifiers().contains(Modifier.PUBLIC) ? "public " : "";
        StringBuilder text = new StringBuilder();
        text.append("package ").append(elements.getPackageOf(type)).append(";\n\n");
        for (String imported : List.of("CommandSpec", "IGetter", "ISetter", "OptionSpec", "PositionalParamSpec")) {
            text.append("import picocli.CommandLine.Model.").append(imported).append(";\n");
        }
        text.append("\n/** Made from the annotations of {@link ").append(simple).append("}. */\n");
        text.append("@javax.annotation.processing.Generated(\"")
                .append(CommandModelProcessor.class.getName())
                .append("\")\n");
        text.append(visibility).append("final class ").append(simple).append("Model");
        text.append(arguments.isEmpty() ? " {\n" : " implements IGetter, ISetter {\n");
        appendBinding(text, simple);
        Optional<AnnotationMirror> command = annotation(type, COMMAND);
        if (command.isPresent()) {
            text.append("    /** The command; what is typed is set in the object. */\n    ");
            text.append(visibility)
                    .append("static CommandSpec of(")
                    .append(simple)
                    .append(" object) {\n");
            text.append("        CommandSpec command = CommandSpec.wrapWithoutInspection(object);\n");
            appendCommand(text, command.get());
            text.append("        addTo(command, object);\n        return command;\n    }\n\n");
        }
        text.append("    /** Gives a command the options and parameters; what is typed is set in the object. */\n    ");
        text.append(visibility)
                .append("static void addTo(CommandSpec command, ")
                .append(simple)
                .append(" object) {\n");
        return text.append(body).append("    }\n}\n").toString();
    }

    private void appendCommand(StringBuilder text, AnnotationMirror command) throws UnknownToModelException {
        for (Map.Entry<? extends ExecutableElement, ? extends AnnotationValue> attribute :
                command.getElementValues().entrySet()) {
            String name = attribute.getKey().getSimpleName().toString();
            String value = code(attribute.getValue());
            String call;
            if (name.equals("name")) {
                call = "name(" + value + ")";
            } else if (name.equals("exitCodeList")) {
                call = "usageMessage().exitCodeList(picocli.CommandLine.Model.UsageMessageSpec.keyValuesMap(" + value
                        + "))";
            } else if (USAGE.contains(name)) {
                call = "usageMessage()." + name + "(" + value + ")";
            } else {
                throw unknown(type, attribute.getKey());
            }
            text.append("        command.").append(call).append(";\n");
        }
    }

    /** One class for all fields, as a JVM takes longer to load a class than to build an option. */
    private void appendBinding(StringBuilder text, String simple) {
        if (arguments.isEmpty()) {
            text.append("    private ").append(simple).append("Model() {}\n\n");
            return;
        }
        StringBuilder gets = new StringBuilder();
        StringBuilder sets = new StringBuilder();
        for (int i = 0; i < arguments.size(); i++) {
            VariableElement field = arguments.get(i);
            TypeMirror type = field.asType();
            TypeMirror boxed = type instanceof PrimitiveType primitive
                    ? types.boxedClass(primitive).asType()
                    : type;
            String place = "            case " + i + " -> object." + field.getSimpleName();
            gets.append(place).append(";\n");
            sets.append(place).append(" = (").append(boxed).append(") value;\n");
        }
        text.append("""
                    private final %1$s object;
                    private final int field;

                    private %1$sModel(%1$s object, int field) {
                        this.object = object;
                        this.field = field;
                    }

                    @Override
                    @SuppressWarnings({"unchecked", "TypeParameterUnusedInFormals"})
                    public <T> T get() {
                        Object value = switch (field) {
                %2$s            default -> throw new IllegalStateException();
                        };
                        return (T) value;
                    }

                    @Override
                    @SuppressWarnings("unchecked")
                    public <T> T set(T value) {
                        T before = get();
                        switch (field) {
                %3$s            default -> throw new IllegalStateException();
                        }
                        return before;
                    }

                """.formatted(simple, gets, sets));
    }
}
