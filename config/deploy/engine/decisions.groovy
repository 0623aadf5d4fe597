// What may be deployed beside diagrams: decision tables that say FEEL and nothing else, and forms. Looked at before the
// engine's own deployers see the files, with the parser that they use.
import groovy.transform.CompileStatic
import org.operaton.bpm.engine.ParseException
import org.operaton.bpm.engine.Problem
import org.operaton.bpm.engine.impl.persistence.deploy.Deployer
import org.operaton.bpm.engine.impl.persistence.entity.DeploymentEntity
import org.operaton.bpm.model.dmn.Dmn
import org.operaton.bpm.model.xml.instance.DomElement

@CompileStatic
class Refusal implements Problem {
    final String message
    final String mainElementId
    final int line = 0
    final int column = 0

    Refusal(String message, String elementId) {
        this.message = message
        this.mainElementId = elementId
    }

    List<String> getElementIds() { mainElementId == null ? [] as List<String> : [mainElementId] }
}

@CompileStatic
class CheckedFiles implements Deployer {
    static final Set<String> FEEL = ['', 'feel'] as Set<String>
    static final String FEEL_SPACE = 'https?://www\\.omg\\.org/spec/(DMN/\\d{8}/FEEL|FEEL/\\d{8}).*|https://www\\.omg\\.org/spec/DMN/\\d{8}/FEEL/'

    void deploy(DeploymentEntity deployment) {
        deployment.getResources().each { name, resource ->
            List<Problem> found = []
            if (name.endsWith('.dmn') || name.endsWith('.dmn11.xml')) look(resource.getBytes(), found)
            else if (!(name.endsWith('.bpmn') || name.endsWith('.bpmn20.xml') || name.endsWith('.form'))) {
                if (deployment.isNew()) found << new Refusal("letterbox:file ${name}".toString(), null)
            }
            if (found) throw new ParseException(found[0].getMessage(), name, found, [] as List<Problem>)
        }
    }

    private static void look(byte[] bytes, List<Problem> found) {
        DomElement root
        try {
            root = Dmn.readModelFromStream(new ByteArrayInputStream(bytes)).getDocument().getRootElement()
        } catch (RuntimeException ignored) {
            return  // the engine's own deployer says what is wrong with it
        }
        judge(root, null, found)
    }

    private static void judge(DomElement element, String owner, List<Problem> found) {
        String id = element.getAttribute('id') ?: owner
        ['expressionLanguage', 'typeLanguage'].each { name ->
            String language = (element.getAttribute(name) ?: '').trim()
            boolean isFeel = FEEL.contains(language.toLowerCase(Locale.ROOT)) || language.matches(FEEL_SPACE)
            if (!isFeel) found << new Refusal("letterbox:language ${language}".toString(), id)
        }
        String text = element.getChildElements().isEmpty() ? element.getTextContent() : ''
        if (Grammar.isExpression(text)) found << new Refusal("letterbox:language ${text.trim().take(200)}".toString(), id)
        if (text =~ /\bexternal\b/) found << new Refusal("letterbox:language ${text.trim().take(200)}".toString(), id)
        element.getChildElements().each { child -> judge(child, id, found) }
    }
}
