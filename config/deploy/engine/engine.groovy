// The engine as a Spring application of one class: REST API behind a password, and, in the test and simulation
// profiles only, a movable clock and a counter of the sequence flows taken. The files beside this one keep code out of the
// engine (see sandbox.groovy) and doubled commands (once.groovy). Runs on Operaton and on Camunda 7.24: both have the same classes under different names.
import jakarta.servlet.Filter
import jakarta.servlet.FilterChain
import jakarta.servlet.ServletRequest
import jakarta.servlet.ServletResponse
import jakarta.servlet.http.HttpServlet
import jakarta.servlet.http.HttpServletRequest
import jakarta.servlet.http.HttpServletResponse
import java.security.MessageDigest
import java.time.Instant
import java.util.concurrent.ConcurrentHashMap
import java.util.function.Consumer
import org.springframework.boot.autoconfigure.EnableAutoConfiguration
import org.springframework.boot.context.event.ApplicationReadyEvent
import org.springframework.boot.web.servlet.FilterRegistrationBean
import org.springframework.boot.web.servlet.ServletRegistrationBean
import org.springframework.context.ApplicationListener

@EnableAutoConfiguration
class Engine {}

class Vendor {
    static final String NAME = ['org.operaton.bpm', 'org.camunda.bpm'].find {
        Vendor.classLoader.getResource(it.replace('.', '/') + '/engine/ProcessEngine.class')
    }

    static Class type(String name) { Class.forName("${NAME}.engine.${name}") }
}

/** The files beside this one, written for Operaton and compiled for the engine that is on the class path. */
class Beside {
    private static final GroovyClassLoader LOADER = new GroovyClassLoader(Beside.classLoader)

    static {
        ['expressions', 'diagrams', 'decisions', 'sandbox', 'once'].each { name ->
            def text = new File(System.getProperty('letterbox.engine'), "${name}.groovy").getText('UTF-8')
            if (Vendor.NAME.startsWith('org.camunda')) {
                text = text.replace('import jakarta.el.', 'import org.camunda.bpm.impl.juel.jakarta.el.').replace('org.operaton.bpm', 'org.camunda.bpm')
            }
            LOADER.parseClass(text, "${name}.groovy")
        }
    }

    static Class type(String name) { LOADER.loadClass(name) }
}

/**
 * HTTP basic with the one user of the environment, compared in constant time and without asking the database: the engine's
 * own filter asks it three times a call, leaves a list of engines open and lets any stranger lock the user out.
 */
class PasswordFilter implements Filter {
    private final byte[] expected = basic(System.getenv('ENGINE_USER'), System.getenv('ENGINE_PASSWORD'))
    private final List groups = ['operaton-admin', 'camunda-admin']

    static byte[] basic(String user, String password) {
        if (!user || !password) throw new IllegalStateException('ENGINE_USER and ENGINE_PASSWORD must be set')
        return ('Basic ' + "${user}:${password}".getBytes('UTF-8').encodeBase64().toString()).getBytes('UTF-8')
    }

    void doFilter(ServletRequest request, ServletResponse response, FilterChain chain) {
        byte[] given = (request.getHeader('Authorization') ?: '').getBytes('UTF-8')
        if (!MessageDigest.isEqual(given, expected)) {
            response.setHeader('WWW-Authenticate', 'Basic realm="engine"')
            response.sendError(401)
            return
        }
        def identity = Vendor.type('ProcessEngines').getDefaultProcessEngine(false).identityService
        identity.setAuthentication(System.getenv('ENGINE_USER'), groups, [])
        try { chain.doFilter(request, response) } finally { identity.clearAuthentication() }
    }
}

/** GET answers the engine's instant; POST ?offset=<ms> sets it that far from the machine's clock. Never back. */
class ClockServlet extends HttpServlet {
    static final Class CLOCK = Vendor.type('impl.util.ClockUtil')
    private long offset

    ClockServlet(long offset) {
        this.offset = offset
        CLOCK.offset(offset)
    }

    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) { answer(response) }

    @Override
    protected synchronized void doPost(HttpServletRequest request, HttpServletResponse response) {
        long wanted = request.getParameter('offset') as long
        if (wanted < offset) { response.sendError(409, "the clock never moves back"); return }
        offset = wanted
        CLOCK.offset(offset)
        answer(response)
    }

    private void answer(HttpServletResponse response) {
        response.contentType = 'application/json'
        response.writer << """{"now": "${Instant.ofEpochMilli(CLOCK.currentTime.time)}", "offset": ${offset}}"""
    }
}

/** Counts for a diagram's take listeners, the one listener expression there may be: ${flowCoverage.take(execution)}. */
class FlowCoverage implements Consumer {
    static final Map<String, Long> COUNTS = new ConcurrentHashMap<>()

    void accept(execution) {
        String process = execution.processDefinitionId.split(':')[0]
        COUNTS.merge("${process}/${execution.currentTransitionId}".toString(), 1L, Long::sum)
    }
}

/** GET answers {"Process/Flow": times taken}; DELETE starts counting afresh. */
class FlowCoverageServlet extends HttpServlet {
    @Override
    protected void doGet(HttpServletRequest request, HttpServletResponse response) {
        response.contentType = 'application/json'
        response.writer << '{' + FlowCoverage.COUNTS.collect { flow, times -> "\"${flow}\": ${times}" }.join(', ') + '}'
    }

    @Override
    protected void doDelete(HttpServletRequest request, HttpServletResponse response) { FlowCoverage.COUNTS.clear() }
}

/** The REST user has the password of the environment, also when it was changed since the database was made. */
class PasswordSync implements ApplicationListener<ApplicationReadyEvent> {
    void onApplicationEvent(ApplicationReadyEvent event) {
        def (name, password) = [System.getenv('ENGINE_USER') ?: 'letterbox', System.getenv('ENGINE_PASSWORD')]
        def identity = event.applicationContext.getBean(Vendor.type('IdentityService'))
        if (identity.checkPassword(name, password)) return
        def user = identity.createUserQuery().userId(name).singleResult()
        user.password = password
        identity.saveUser(user)
        identity.unlockUser(name)
    }
}

def profile = System.getenv('LETTERBOX_PROFILE') ?: 'production'
def hasMovableClock = profile in ['test', 'simulation']

System.setProperty('javax.xml.accessExternalSchema', 'file')  // a diagram that names a schema elsewhere fetches nothing

beans {
    engineApplication(Engine)
    sandbox(Beside.type('Sandbox'), Optional.ofNullable(hasMovableClock ? new FlowCoverage() : null))
    passwordSync(PasswordSync)
    restPassword(FilterRegistrationBean) {
        filter = new PasswordFilter()
        urlPatterns = ['/engine-rest/*', '/letterbox/*']
        asyncSupported = true
        order = -100
    }
    once(Beside.type('Once'))
    commandIds(FilterRegistrationBean) {
        filter = Beside.type('CommandIdFilter').getDeclaredConstructor().newInstance()
        urlPatterns = ['/engine-rest/*']
        asyncSupported = true
        order = -99
    }
    commandsServlet(ServletRegistrationBean, Beside.type('CommandsServlet').getDeclaredConstructor().newInstance(), '/letterbox/commands')
    if (hasMovableClock) {
        clockServlet(ServletRegistrationBean, new ClockServlet((System.getenv('LETTERBOX_CLOCK_OFFSET_MS') ?: '0') as long), '/letterbox/clock')
        coverageServlet(ServletRegistrationBean, new FlowCoverageServlet(), '/letterbox/flows')
    }
}
