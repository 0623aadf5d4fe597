// What an expression of a diagram or a table may say: variables, the business key, literals, operators. Nothing else has
// a way in: the text is refused when it is parsed, and the one resolver behind it knows variables only.
import groovy.transform.CompileStatic
import jakarta.el.ELContext
import jakarta.el.ELException
import jakarta.el.ELResolver
import jakarta.el.FunctionMapper
import jakarta.el.ValueExpression
import java.beans.FeatureDescriptor
import java.lang.reflect.Method
import java.util.function.Consumer
import org.operaton.bpm.engine.ProcessEngineException
import org.operaton.bpm.engine.delegate.BaseDelegateExecution
import org.operaton.bpm.engine.delegate.DelegateExecution
import org.operaton.bpm.engine.delegate.DelegateTask
import org.operaton.bpm.engine.delegate.VariableScope
import org.operaton.bpm.engine.impl.el.Expression
import org.operaton.bpm.engine.impl.el.JuelExpressionManager
import org.operaton.bpm.engine.variable.context.VariableContext
import org.operaton.bpm.impl.juel.AstBinary
import org.operaton.bpm.impl.juel.AstBoolean
import org.operaton.bpm.impl.juel.AstBracket
import org.operaton.bpm.impl.juel.AstChoice
import org.operaton.bpm.impl.juel.AstComposite
import org.operaton.bpm.impl.juel.AstDot
import org.operaton.bpm.impl.juel.AstEval
import org.operaton.bpm.impl.juel.AstFunction
import org.operaton.bpm.impl.juel.AstIdentifier
import org.operaton.bpm.impl.juel.AstMethod
import org.operaton.bpm.impl.juel.AstNested
import org.operaton.bpm.impl.juel.AstNode
import org.operaton.bpm.impl.juel.AstNull
import org.operaton.bpm.impl.juel.AstNumber
import org.operaton.bpm.impl.juel.AstString
import org.operaton.bpm.impl.juel.AstText
import org.operaton.bpm.impl.juel.AstUnary
import org.operaton.bpm.impl.juel.Builder
import org.operaton.bpm.impl.juel.Node

/** Which expressions there may be, judged on the tree that the engine's own parser makes of the text. */
@CompileStatic
class Grammar {
    static final String BUSINESS_KEY = 'execution.processBusinessKey'
    static final int LONGEST = 2000
    private static final Set<Class> PLAIN = [
        AstEval, AstComposite, AstText, AstString, AstNumber, AstBoolean, AstNull, AstBinary, AstUnary, AstChoice, AstNested,
    ] as Set<Class>
    private static final Set<String> OBJECTS = [
        'execution', 'task', 'caseExecution', 'externalTask', 'authenticatedUserId', 'loggedInUserId', 'flowCoverage',
    ] as Set<String>

    static boolean isExpression(String text) { text != null && (text.contains('${') || text.contains('#{')) }

    /** Null for what is allowed; otherwise the kind of what is not: malformed, method, function, property, object. */
    static String objection(String text) {
        if (!isExpression(text)) return null
        if (text.length() > LONGEST) return 'malformed'
        try {
            return of(new Builder(Builder.Feature.METHOD_INVOCATIONS).build(text).getRoot())
        } catch (RuntimeException | StackOverflowError ignored) {
            return 'malformed'
        }
    }

    private static String of(Node node) {
        if (node instanceof AstIdentifier) return OBJECTS.contains(((AstIdentifier) node).getName()) ? 'object' : null
        if (node instanceof AstDot) return ((AstNode) node).getStructuralId(null) == BUSINESS_KEY ? null : 'property'
        if (node instanceof AstMethod) return 'method'
        if (node instanceof AstFunction) return 'function'
        if (node instanceof AstBracket) return 'property'
        if (!PLAIN.contains(node.getClass())) return 'malformed'
        for (int i = 0; i < node.getCardinality(); i++) {
            String objection = of(node.getChild(i))
            if (objection != null) return objection
        }
        return null
    }
}

/** What `execution` stands for: an object that holds the business key, and no way to the engine. */
@CompileStatic
class BusinessKeyHolder {
    final String key

    BusinessKeyHolder(VariableScope scope) {
        if (scope instanceof DelegateExecution) key = ((DelegateExecution) scope).getProcessBusinessKey()
        else if (scope instanceof DelegateTask) key = ((DelegateTask) scope).getExecution()?.getProcessBusinessKey()
        else key = null
    }
}

/** Knows the variables of the scope, by name, and the business key. */
@CompileStatic
class VariablesOnly extends ELResolver {
    @Override
    Object getValue(ELContext context, Object base, Object property) {
        String name = String.valueOf(property)
        if (base instanceof BusinessKeyHolder && name == 'processBusinessKey') {
            context.setPropertyResolved(true)
            return ((BusinessKeyHolder) base).key
        }
        if (base != null) throw new ELException("letterbox:property an expression sees variables and the business key only, not .${name}")
        return variable(context, name)
    }

    private static Object variable(ELContext context, String name) {
        VariableScope scope = (VariableScope) context.getContext(VariableScope)
        if (scope != null && name == 'execution') {
            context.setPropertyResolved(true)
            return new BusinessKeyHolder(scope)
        }
        if (scope != null && scope.hasVariable(name)) {
            context.setPropertyResolved(true)
            return scalar(name, scope.getVariable(name))
        }
        VariableContext others = (VariableContext) context.getContext(VariableContext)
        if (others != null && others.containsVariable(name)) {
            context.setPropertyResolved(true)
            return scalar(name, others.resolve(name)?.getValue())
        }
        return null
    }

    private static Object scalar(String name, Object value) {
        boolean isScalar = value == null || value instanceof String || value instanceof Number || value instanceof Boolean || value instanceof Date
        if (!isScalar) throw new ELException("letterbox:object the variable ${name} holds more than a text, a number, a date or yes and no")
        return value
    }

    @Override
    Class<?> getType(ELContext context, Object base, Object property) { Object }

    @Override
    void setValue(ELContext context, Object base, Object property, Object value) {
        throw new ELException('letterbox:object an expression changes nothing')
    }

    @Override
    boolean isReadOnly(ELContext context, Object base, Object property) { true }

    @Override
    Class<?> getCommonPropertyType(ELContext context, Object base) { Object }

    Iterator<FeatureDescriptor> getFeatureDescriptors(ELContext context, Object base) { null }
}

/** The engine's only source of expressions: no beans, no functions, no resolver but ours. */
@CompileStatic
class GuardedExpressions extends JuelExpressionManager {
    private final Expression coverage

    /** `coverage`: the one listener expression of the test and simulation profiles, null elsewhere. */
    GuardedExpressions(Expression coverage) { this.coverage = coverage }

    @Override
    Expression createExpression(String text) {
        if (coverage != null && coverage.getExpressionText() == text) return coverage
        return super.createExpression(text)
    }

    @Override
    ValueExpression createValueExpression(String text) {
        String objection = Grammar.objection(text)
        if (objection != null) throw new ProcessEngineException("letterbox:${objection} ${text}")
        return super.createValueExpression(text)
    }

    @Override
    void addFunction(String name, Method function) {}

    @Override
    protected ELResolver createElResolver() { new VariablesOnly() }

    @Override
    protected FunctionMapper createFunctionMapper() { new NoFunctions() }
}

@CompileStatic
class NoFunctions extends FunctionMapper {
    @Override
    Method resolveFunction(String prefix, String name) { null }
}

/** Counts a sequence flow that is taken. `counter` is given the execution. */
@CompileStatic
class CoverageExpression implements Expression {
    static final String TEXT = '${flowCoverage.take(execution)}'
    private final Consumer counter

    CoverageExpression(Consumer counter) { this.counter = counter }

    Object getValue(VariableScope scope) {
        counter.accept(scope)
        return null
    }

    Object getValue(VariableScope scope, BaseDelegateExecution execution) { getValue(scope) }

    void setValue(Object value, VariableScope scope) {}

    void setValue(Object value, VariableScope scope, BaseDelegateExecution execution) {}

    String getExpressionText() { TEXT }

    boolean isLiteralText() { false }
}
