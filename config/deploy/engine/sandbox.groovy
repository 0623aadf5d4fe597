// Puts our checks into the engine and takes out what could run code: script engines, classes named in a file, beans.
import java.util.function.Consumer
import javax.script.ScriptEngine
import javax.script.ScriptEngineFactory
import javax.script.ScriptEngineManager
import org.operaton.bpm.engine.ArtifactFactory
import org.operaton.bpm.engine.ProcessEngineException
import org.operaton.bpm.engine.impl.cfg.AbstractProcessEnginePlugin
import org.operaton.bpm.engine.impl.cfg.ProcessEngineConfigurationImpl
import org.operaton.bpm.engine.impl.scripting.engine.ScriptEngineResolver

class NoScripts implements ScriptEngineResolver {
    void addScriptEngineFactory(ScriptEngineFactory factory) {}

    ScriptEngineManager getScriptEngineManager() { throw refusal('any') }

    ScriptEngine getScriptEngine(String language, boolean fromCache) { throw refusal(language) }

    private static RuntimeException refusal(String language) { new ProcessEngineException("letterbox:code script (${language})") }
}

class NoArtifacts implements ArtifactFactory {
    def <T> T getArtifact(Class<T> type) { throw new ProcessEngineException("letterbox:code class ${type.name}") }
}

class Sandbox extends AbstractProcessEnginePlugin {
    private final CoverageExpression coverage

    /** `counter` counts the sequence flows taken (test and simulation profiles). */
    Sandbox(Optional<Consumer> counter) { coverage = counter.map { new CoverageExpression(it) }.orElse(null) }

    @Override
    void preInit(ProcessEngineConfigurationImpl configuration) {
        configuration.expressionManager = new GuardedExpressions(coverage)
        configuration.bpmnParseFactory = new CheckedParses(coverage != null)
        configuration.customPreDeployers = [new CheckedFiles()] + (configuration.customPreDeployers ?: [])
        configuration.scriptEngineResolver = new NoScripts()
        configuration.artifactFactory = new NoArtifacts()
        configuration.cmmnEnabled = false
        configuration.enableScriptCompilation = false
        configuration.enableScriptEngineLoadExternalResources = false
        configuration.enableExpressionsInAdhocQueries = false
        configuration.enableExpressionsInStoredQueries = false
        configuration.javaSerializationFormatEnabled = false
        configuration.deserializationTypeValidationEnabled = true
    }

    /** An engine in which something else took the place of a check does not start. */
    @Override
    void postInit(ProcessEngineConfigurationImpl configuration) {
        def isGuarded = configuration.expressionManager instanceof GuardedExpressions &&
            configuration.bpmnParseFactory instanceof CheckedParses && configuration.scriptEngineResolver instanceof NoScripts &&
            configuration.artifactFactory instanceof NoArtifacts
        if (!isGuarded) throw new IllegalStateException('the engine would start without its checks on diagrams')
    }
}
